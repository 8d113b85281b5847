using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Features;
using MLOps.Models.Onnx;

namespace MLOps.Models.Classical.ValueAtRisk;

/// <summary>Card 16: tomorrow's value at risk from a window of daily percent log returns.</summary>
internal sealed class VarCalculatorDefinition : IRowModel
{
    private const string ParametersFile = "parameters.json";
    private const string Method = "method";
    private const string Window = "window";
    private const string Levels = "levels";
    private const string Decay = "decay";
    private const int ParityWindows = 256;

    /// <summary>Returns beyond the window without which there is nothing to fit or to score.</summary>
    private const int MinimumBeyond = 50;

    public string Id => "var-calculator";

    public string Name => "VaR Calculator";

    public string Category => "Risk Metrics";

    public string Description =>
        "Tomorrow's value at risk at several confidence levels from the last W daily percent log returns: filtered historical simulation, EWMA with normal or Student t quantiles, or plain historical simulation. "
        + "Served: send returns [B,W] in percent, oldest first, and get var [B,q], the losses in percent that are exceeded with probability 1 − level.";

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        HyperParameterOf.Choice(Method, ["filtered-historical", "ewma-normal", "ewma-student-t", "historical"], "How the loss is estimated: quantile of volatility-filtered returns, EWMA volatility times a normal or Student t quantile, or quantile of the returns as they are."),
        HyperParameterOf.WholeNumber(Window, 500, 50, 1_000, "W: daily returns that a forecast looks at."),
        HyperParameterOf.Text(Levels, "0.95,0.99", "Confidence levels, with commas between."),
        HyperParameterOf.RealNumber(Decay, 0.94, 0, 0.999, "λ of the EWMA variance; 0: the one of largest likelihood on the training days."),
    ];

    public DataNeeds Data { get; } = DataNeeds.Table("A column 'date' and a column 'close' of daily closes.", "close");

    /// <summary>Its variance begins anew in each window.</summary>
    public RowContinuity Continuity => RowContinuity.Pieces;

    public int? LabelHorizon(IReadOnlyDictionary<string, string> parameters) => 1;

    public ModelSignature Signature { get; } = new([new TensorSpec(VarGraph.Input, "float64", [-1, -1])], [new TensorSpec(VarGraph.Output, "float64", [-1, -1])]);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var levels = LevelList.Parse(Levels, parameters.Text(Levels));
        var window = parameters.WholeNumber(Window);
        var closes = CloseSeries.From(TrainingRows.SelectTable(request, window + MinimumBeyond + 1));
        var returns = closes.Returns;
        var scored = closes.From(0, window);
        if (scored.Length < MinimumBeyond)
        {
            throw new ModelTrainingException($"Of {returns.Length} returns {scored.Length} have a window of {window} before them without a gap, but {MinimumBeyond} must. Give more history or a smaller {Window}.");
        }

        observer.OnProgress(0, $"Fitting {returns.Length} daily returns");
        var (model, tried) = Fit(closes, parameters, levels, observer, cancellationToken);

        observer.OnProgress(0.5, "Exporting and checking ONNX");
        var conventions = Conventions(closes, parameters);
        var metadata = new Dictionary<string, string>(conventions) { ["model_type"] = Id, ["feature_names"] = "return_percent" };
        var file = OnnxModelFile.Write(VarGraph.Build(model), Description, metadata);
        var parity = CheckGraph(file, model, returns, scored);
        cancellationToken.ThrowIfCancellationRequested();
        var forecasts = Array.ConvertAll(scored, t => model.Of(returns.AsSpan(t - window, window)));
        var metrics = VarScore.Of(returns, scored, model, forecasts).ToDictionary(figure => $"train_{figure.Key}", figure => figure.Value);
        metrics["decay"] = model.Decay;
        metrics["onnx_max_difference"] = parity;
        if (model.Method == VarMethod.EwmaStudentT)
        {
            metrics["degrees_of_freedom"] = model.DegreesOfFreedom;
        }

        observer.OnMetrics(tried + 1, [.. metrics.Where(metric => metric.Key.StartsWith("train_tick_loss", StringComparison.Ordinal))]);
        observer.OnProgress(1, string.Create(CultureInfo.InvariantCulture, $"λ = {model.Decay:G4}"));
        return new TrainedModel(
            [
                new ModelFile("model.onnx", file),
                new ModelFile(ParametersFile, JsonContent.Write(new VarFile(returns.Length, model.Method, window, levels, model.Decay, model.DegreesOfFreedom, model.Scale, conventions))),
            ],
            new ModelSignature([new TensorSpec(VarGraph.Input, "float64", [-1, window])], [new TensorSpec(VarGraph.Output, "float64", [-1, levels.Length])]),
            parameters.AsText,
            metrics,
            closes.Monitored(VarGraph.Input, window - 1),
            new Dictionary<string, string>(conventions) { ["observations"] = returns.Length.ToString(CultureInfo.InvariantCulture) });
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        var trained = JsonContent.Read<VarFile>(model.File(ParametersFile)).Model;
        var closes = CloseSeries.From(data.Rows(0, to));
        var scored = closes.From(closes.FirstFrom(from), trained.Window);
        if (scored.Length == 0)
        {
            throw new ModelTrainingException($"Rows {from} to {to} cannot be scored: at least one of them must have {trained.Window} returns before it without a gap.");
        }

        using var runner = model.Open("model.onnx");
        return VarScore.Of(closes.Returns, scored, trained, Served(runner, trained, closes, scored));
    }

    public ServedRows Serve(TrainedModel model, TrainingData rows)
    {
        var window = JsonContent.Read<VarFile>(model.File(ParametersFile)).Model.Window;
        var returns = CloseSeries.From(rows).Returns;

        // Return t is made of the rows t and t+1.
        int[] newest = [.. Enumerable.Range(window, Math.Max(0, returns.Length - window + 1))];
        return ServedRows.Windows(VarGraph.Input, [.. newest.Select(row => returns[(row - window)..row])], newest, window + 1, window);
    }

    private static (VarModel Model, int Tried) Fit(CloseSeries closes, HyperParameterValues parameters, double[] levels, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var method = parameters.Text(Method) switch
        {
            "ewma-normal" => VarMethod.EwmaNormal,
            "ewma-student-t" => VarMethod.EwmaStudentT,
            "historical" => VarMethod.Historical,
            _ => VarMethod.FilteredHistorical,
        };
        var tried = 0;
        var decay = parameters.RealNumber(Decay) > 0 ? parameters.RealNumber(Decay) : VarFit.Decay(closes.Returns, closes.Pieces, (value, loss) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            observer.OnMetrics(++tried, [KeyValuePair.Create("decay", value), KeyValuePair.Create("qlike", loss)]);
        });
        var (freedom, scale) = method == VarMethod.EwmaStudentT ? VarFit.StudentT(closes.Returns, closes.Pieces, decay) : (double.PositiveInfinity, 1);
        return (new VarModel(method, parameters.WholeNumber(Window), levels, decay, freedom, scale), tried);
    }

    private static Dictionary<string, string> Conventions(CloseSeries closes, HyperParameterValues parameters)
    {
        var conventions = TrainingPeriod.Tags(closes.Dates);
        conventions["returns"] = "100*ln(close[t]/close[t-1]), mean taken as 0, oldest first";
        conventions["var"] = "positive loss in percent, exceeded with probability 1 - level";
        conventions["levels"] = parameters.Text(Levels);
        conventions["variance"] = "EWMA v[t+1] = decay*v[t] + (1-decay)*r[t]^2 from the window's mean square";
        conventions["quantile"] = "rule 7 (linear between order statistics)";
        return conventions;
    }

    private static double CheckGraph(byte[] file, VarModel model, double[] returns, int[] scored)
    {
        using var runner = new OnnxRunner(file);
        double[][] windows = [.. scored.TakeLast(ParityWindows).Select(t => returns[(t - model.Window)..t]), new double[model.Window]];
        return OnnxParity.Check(
            VarGraph.Output,
            [.. windows.SelectMany(window => model.Of(window))],
            [.. windows.SelectMany(window => Run(runner, model, window, 1)[0])],
            OnnxParity.Float64Tolerance);
    }

    /// <summary>Forecasts of some returns, each by the window before it, whose newest row is the one before the return's own.</summary>
    private static double[][] Served(OnnxRunner runner, VarModel model, CloseSeries closes, int[] scored) =>
        [.. scored.Chunk(ParityWindows).SelectMany(days => Run(runner, model, [.. days.SelectMany(t => closes.Returns[(t - model.Window)..t])], days.Length, days.Select(t => closes.Rows[t] - 1)))];

    private static double[][] Run(OnnxRunner runner, VarModel model, double[] windows, int count, IEnumerable<int>? rows = null) =>
        [.. runner.Run<double>([(VarGraph.Input, windows, [count, model.Window])], [VarGraph.Output], rows)[0].Chunk(model.Levels.Count)];
}
