using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Classical.ValueAtRisk;
using MLOps.Models.Data;
using MLOps.Models.Onnx;

namespace MLOps.Models.Classical.TailRisk;

/// <summary>Card 17: conditional value at risk of a position, by the tail mean or by peaks over threshold; of several assets the weights of least CVaR.</summary>
internal sealed class CvarDefinition : IModelDefinition
{
    private const string ParametersFile = "parameters.json";
    private const int ParityWindows = 256;

    /// <summary>Values beyond the window without which there is nothing to score.</summary>
    private const int MinimumBeyond = 50;

    public string Id => "cvar";

    public string Name => "CVaR Model";

    public string Category => "Risk Metrics";

    public string Description =>
        "Tomorrow's value at risk and conditional value at risk (expected shortfall) of a position: the mean of the window's worst losses (Rockafellar and Uryasev 2000) or a generalised Pareto tail (peaks over threshold), both for losses filtered by their volatility. "
        + "Served: send returns [B,W] of the position in percent, oldest first (losses [B,W] for a model of losses), and get risk [B,2], VaR and CVaR as positive losses.";

    public IReadOnlyList<HyperParameter> HyperParameters => TailSettings.Declared;

    public DataNeeds Data { get; } = new(false, false, [], 1, "At least one column of daily closes (with a column 'date') or of losses; the hyper-parameter columns says which.");

    public RowContinuity Continuity => RowContinuity.Unbroken("its variance and its windows run through all rows");

    public ModelSignature Signature { get; } = new([new TensorSpec(TailGraph.Input(true), "float64", [-1, -1])], [new TensorSpec(TailGraph.Output, "float64", [-1, 2])]);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var settings = TailSettings.From(parameters);
        var series = TailSeries.From(TrainingRows.SelectTable(request, settings.Window + MinimumBeyond + 1), settings.Columns, settings.OfReturns);
        observer.OnProgress(0, $"Fitting {series.Rows.Length} values of {string.Join(", ", series.Columns)}");
        var position = Position(series, settings);
        cancellationToken.ThrowIfCancellationRequested();
        var values = series.Weighted(position.Weights);
        var model = new TailModel(settings.OfReturns, settings.Window, settings.Level, settings.Decay, settings.IsPareto ? FitTail(values, settings) : null);

        observer.OnProgress(0.5, "Exporting and checking ONNX");
        var conventions = Conventions(series, settings);
        var metadata = new Dictionary<string, string>(conventions) { ["model_type"] = Id, ["feature_names"] = settings.OfReturns ? "return_percent" : series.Columns[0] };
        var file = OnnxModelFile.Write(TailGraph.Build(model), Description, metadata);
        var parity = CheckGraph(file, model, values);
        cancellationToken.ThrowIfCancellationRequested();
        var metrics = Metrics(model, values, series, position, parity);
        observer.OnMetrics(1, [.. metrics.Where(metric => metric.Key.StartsWith("train_fz", StringComparison.Ordinal))]);
        observer.OnProgress(1, string.Create(CultureInfo.InvariantCulture, $"{metrics["train_exceptions"]:P2} exceptions in training"));
        return new TrainedModel(
            [
                new ModelFile("model.onnx", file),
                new ModelFile(ParametersFile, JsonContent.Write(new TailFile(values.Length, series.Columns, position.Weights, model, Figures(model), conventions))),
            ],
            new ModelSignature([new TensorSpec(TailGraph.Input(model.OfReturns), "float64", [-1, model.Window])], [new TensorSpec(TailGraph.Output, "float64", [-1, 2])]),
            parameters.AsText,
            metrics,
            series.Dates is null ? null : new MonitoredFeatures([new MonitoredFeature(metadata["feature_names"], TailGraph.Input(model.OfReturns), model.Window - 1)], series.Dates, [.. values.Select(value => new[] { value })]),
            new Dictionary<string, string>(conventions) { ["observations"] = values.Length.ToString(CultureInfo.InvariantCulture) });
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        var file = JsonContent.Read<TailFile>(model.File(ParametersFile));
        var trained = file.Model;

        // Return t is made of the rows t and t+1.
        var shift = trained.OfReturns ? 1 : 0;
        var first = Math.Max(from - shift, trained.Window);
        if (first >= to - shift)
        {
            throw new ModelTrainingException($"Rows {from} to {to} cannot be scored: at least one of them must have {trained.Window} values before it.");
        }

        var values = TailSeries.From(data.Rows(0, to), file.Columns, trained.OfReturns).Weighted(file.Weights);
        using var runner = model.Open("model.onnx");
        var forecasts = Enumerable.Range(first, values.Length - first).Chunk(ParityWindows)
            .SelectMany(days => Run(runner, trained, [.. days.SelectMany(t => values[(t - trained.Window)..t])], days.Length, days.Select(t => t - 1 + shift)))
            .ToArray();
        return TailScore.Of(values, first, trained, forecasts);
    }

    /// <summary>The weights of least CVaR over the training days; a single column is held as it is, and the program must find its tail mean.</summary>
    private static CvarPortfolio Position(TailSeries series, TailSettings settings)
    {
        if (!settings.OfReturns)
        {
            var (atRisk, conditional) = TailMean.Of([.. series.Rows.Select(row => row[0])], settings.Level);
            return new CvarPortfolio([1], atRisk, conditional);
        }

        var position = series.Columns.Count == 1
            ? CvarPortfolio.Minimise(series.Rows, settings.Level, 1)
            : CvarPortfolio.Minimise(series.Rows, settings.Level, settings.MinimumWeight, settings.MaximumWeight);
        var reached = TailMean.Of([.. series.Weighted(position.Weights).Select(r => -r)], settings.Level).ConditionalValueAtRisk;
        return Math.Abs(reached - position.ConditionalValueAtRisk) <= 1e-6 * Math.Max(1, Math.Abs(reached))
            ? position
            : throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"The linear program's CVaR {position.ConditionalValueAtRisk:R} is not the tail mean {reached:R} of its own weights: the solver's tolerances do not fit these returns."));
    }

    private static ParetoFit FitTail(double[] values, TailSettings settings)
    {
        var standardised = settings.Decay is { } decay ? EwmaVariance.Standardise(values, decay).Standardised : values;
        var losses = Array.ConvertAll(standardised, value => settings.OfReturns ? -value : value);
        var threshold = settings.Threshold > 0 ? settings.Threshold : EmpiricalQuantile.Of([.. losses.Order()], 1 - settings.ThresholdShare);
        var fit = GeneralizedPareto.Fit(losses, threshold);
        if (1 - settings.Level > fit.TailShare)
        {
            throw new ModelTrainingException(string.Create(
                CultureInfo.InvariantCulture,
                $"The level {settings.Level} lies below the threshold {threshold:G6}, above which {fit.TailShare:P2} of the losses are: raise 'level', lower 'threshold' or raise 'threshold_share'."));
        }

        return fit.Shape < 1
            ? fit
            : throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"The fitted tail has the shape {fit.Shape:G4}: at 1 and above the mean beyond any loss is infinite, so there is no CVaR. Choose another threshold."));
    }

    private static TailFigure[] Figures(TailModel model) => model.Tail is not { } tail
        ? []
        : [.. new[] { model.Level, 0.99, 0.995, 0.999 }.Where(level => 1 - level <= tail.TailShare).Distinct().Order().Select(level => new TailFigure(level, tail.ValueAtRisk(level), tail.ExpectedShortfall(level)))];

    private static Dictionary<string, string> Conventions(TailSeries series, TailSettings settings)
    {
        var conventions = series.Dates is null ? [] : TrainingPeriod.Tags(series.Dates);
        conventions["values"] = settings.OfReturns ? "100*(close[t]/close[t-1]-1) of the position, oldest first; its losses are their negatives" : "losses as they are, oldest first";
        conventions["level"] = settings.Level.ToString(CultureInfo.InvariantCulture);
        conventions["var"] = "least loss that the share level of the sample does not exceed; the Pareto tail's quantile";
        conventions["cvar"] = "mean of the (1-level)*W largest losses, the last in part; the Pareto tail's mean beyond VaR";
        conventions["volatility"] = settings.Decay is { } decay ? string.Create(CultureInfo.InvariantCulture, $"EWMA, decay {decay}, from the window's mean square") : "none";
        return conventions;
    }

    private static Dictionary<string, double> Metrics(TailModel model, double[] values, TailSeries series, CvarPortfolio position, double parity)
    {
        var window = model.Window;
        var forecasts = Enumerable.Range(window, values.Length - window).Select(t => model.Of(values.AsSpan(t - window, window))).ToArray();
        var metrics = TailScore.Of(values, window, model, forecasts).ToDictionary(figure => $"train_{figure.Key}", figure => figure.Value);
        metrics["cvar"] = position.ConditionalValueAtRisk;
        metrics["onnx_max_difference"] = parity;
        if (series.Columns.Count > 1)
        {
            var equal = series.Weighted([.. series.Columns.Select(_ => 1.0 / series.Columns.Count)]);
            metrics["cvar_equal_weight"] = TailMean.Of([.. equal.Select(r => -r)], model.Level).ConditionalValueAtRisk;
        }

        if (model.Tail is { } tail)
        {
            metrics["shape"] = tail.Shape;
            metrics["scale"] = tail.Scale;
            metrics["threshold"] = tail.Threshold;
            metrics["exceedances"] = tail.Exceedances;
        }

        return metrics;
    }

    private static double CheckGraph(byte[] file, TailModel model, double[] values)
    {
        var first = Math.Max(model.Window, values.Length - ParityWindows);
        using var runner = new OnnxRunner(file);
        double[][] windows = [.. Enumerable.Range(first, values.Length - first).Select(t => values[(t - model.Window)..t]), new double[model.Window]];
        return OnnxParity.Check(
            TailGraph.Output,
            [.. windows.Select(window => model.Of(window)).SelectMany(Pair)],
            [.. windows.SelectMany(window => Run(runner, model, window, 1)).SelectMany(Pair)],
            OnnxParity.Float64Tolerance);
    }

    private static double[] Pair((double ValueAtRisk, double ConditionalValueAtRisk) risk) => [risk.ValueAtRisk, risk.ConditionalValueAtRisk];

    private static IEnumerable<(double ValueAtRisk, double ConditionalValueAtRisk)> Run(OnnxRunner runner, TailModel model, double[] windows, int count, IEnumerable<int>? rows = null) =>
        runner.Run<double>([(TailGraph.Input(model.OfReturns), windows, [count, model.Window])], [TailGraph.Output], rows)[0].Chunk(2).Select(pair => (pair[0], pair[1]));
}
