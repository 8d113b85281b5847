using System.Globalization;
using System.Text.Json;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Onnx;

namespace MLOps.Models.Classical.HarRv;

/// <summary>Card 21: HAR-RV.</summary>
internal sealed class HarDefinition : IRowModel
{
    private const string Form = "form";
    private const string HacLags = "hac_lags";
    private const string ValidationFraction = "validation_fraction";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public string Id => "har-rv";

    public string Name => "HAR-RV";

    public string Category => "Volatility";

    public string Description =>
        "Tomorrow's realised variance from the last 22 days' [B,22] (percent squared, oldest first): least squares on the newest day, the mean of 5 and the mean of 22, with Newey-West errors. The output rv_next [B,1] is a variance in the same unit.";

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        .. DailyVariances.Declared,
        HyperParameterOf.Choice(Form, ["level", "log"], "Whether variances are regressed on means of variances, or logarithms on means of logarithms."),
        HyperParameterOf.WholeNumber(HacLags, 5, 0, 250, "Lags of the Newey-West standard errors."),
        HyperParameterOf.RealNumber(ValidationFraction, 0, 0, 0.5, "Last part of the training days that is kept out of the fit and scored beside forecasts that need none; 0: none."),
    ];

    public DataNeeds Data => DailyVariances.Needs;

    public RowContinuity Continuity => RowContinuity.Pieces;

    public bool MakesDays(IReadOnlyDictionary<string, string> parameters) => DailyVariances.AreSummed(parameters);

    public int? LabelHorizon(IReadOnlyDictionary<string, string> parameters) => 1;

    public ModelSignature Signature { get; } = new(
        [new TensorSpec(HarGraph.Input, "float64", [-1, HarRegression.Month])],
        [new TensorSpec(HarGraph.Output, "float64", [-1, 1])]);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var days = DailyVariances.Of(TrainingRows.SelectTable(request, HarRegression.MinimumDays), parameters);
        var fitted = days.Values.Length - (int)(days.Values.Length * parameters.RealNumber(ValidationFraction));
        observer.OnProgress(0, $"Fitting {fitted} daily variances");
        var fit = HarRegression.Fit(days.Values.AsSpan(0, fitted), days.Pieces, parameters.Text(Form) == "log", parameters.WholeNumber(HacLags));
        observer.OnMetrics(1, [KeyValuePair.Create("r2", fit.RSquared)]);
        cancellationToken.ThrowIfCancellationRequested();

        observer.OnProgress(0.5, "Exporting and checking ONNX");
        var tags = Tags(parameters, days, fitted);
        var model = OnnxModelFile.Write(HarGraph.Build(fit), Description, tags);
        var metrics = new Dictionary<string, double>
        {
            ["r2"] = fit.RSquared,
            ["adjusted_r2"] = fit.AdjustedRSquared,
            ["onnx_max_difference"] = CheckParity(model, fit, days),
        };
        if (days.Before(days.Values.Length) >= HarRegression.Month)
        {
            metrics["rv_next"] = fit.Forecast(days.Values.AsSpan(^HarRegression.Month..));
        }

        if (fitted < days.Values.Length)
        {
            foreach (var (name, value) in Validate(fit, days, fitted))
            {
                metrics[$"val_{name}"] = value;
            }
        }

        observer.OnProgress(1, string.Create(CultureInfo.InvariantCulture, $"R² {fit.RSquared:F4}"));
        return new TrainedModel(
            [new ModelFile("model.onnx", model), new ModelFile("parameters.json", ParametersFile(fit, tags))],
            Signature,
            parameters.AsText,
            metrics,
            days.Days is null ? null : new MonitoredFeatures([new MonitoredFeature("rv", HarGraph.Input, HarRegression.Month - 1)], days.Days, [.. days.Values.Select(value => new[] { value })]),
            tags);
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        var days = DailyVariances.Of(data.Rows(0, to), HyperParameterValues.Parse(HyperParameters, model.Parameters));
        var scored = days.Between(days.IndexOf(from), days.Values.Length, HarRegression.Month);
        if (scored.Length == 0)
        {
            throw new ModelTrainingException($"Rows {from} to {to} cannot be scored: at least one day of them must have {HarRegression.Month} days before it without a gap.");
        }

        using var runner = model.Open("model.onnx");
        return VarianceForecastScore.Of(days, scored, Array.ConvertAll(scored, day => runner.Run<double>([(HarGraph.Input, Month(days, day), [1, HarRegression.Month])], [HarGraph.Output], [days.LastRows[day - 1]])[0][0]));
    }

    public IReadOnlyList<string> Reads(TrainedModel model) => DailyVariances.Reads(HyperParameterValues.Parse(HyperParameters, model.Parameters));

    public ServedRows Serve(TrainedModel model, TrainingData rows)
    {
        var days = DailyVariances.Of(rows, HyperParameterValues.Parse(HyperParameters, model.Parameters));
        int[] newest = [.. Enumerable.Range(HarRegression.Month - 1, Math.Max(0, days.Values.Length - HarRegression.Month + 1))];
        return ServedRows.Windows(
            HarGraph.Input,
            [.. newest.Select(day => days.Values[(day - HarRegression.Month + 1)..(day + 1)])],
            [.. newest.Select(day => days.LastRows[day])],
            HarRegression.Month,
            HarRegression.Month) with
        { IsOfDays = true };
    }

    private static double[] Month(DailyVariances days, int day) => days.Values[(day - HarRegression.Month)..day];

    /// <summary>Figures of the days that were kept out of the fit.</summary>
    private static Dictionary<string, double> Validate(HarRegression fit, DailyVariances days, int fitted)
    {
        var scored = days.Between(fitted, days.Values.Length, HarRegression.Month);
        return scored.Length > 0
            ? VarianceForecastScore.Of(days, scored, Array.ConvertAll(scored, day => fit.Forecast(Month(days, day))))
            : throw new ModelTrainingException($"None of the {days.Values.Length - fitted} days that {ValidationFraction} keeps out of the fit has {HarRegression.Month} days before it without a gap. Give more history or another {ValidationFraction}.");
    }

    private Dictionary<string, string> Tags(HyperParameterValues parameters, DailyVariances days, int fitted) => new()
    {
        ["model_type"] = Id,
        ["feature_names"] = "rv",
        ["variance"] = DailyVariances.Convention(parameters),
        ["regressors"] = parameters.Text(Form) == "log" ? "1, ln rv[t], mean(ln rv, 5 days), mean(ln rv, 22 days); ln rv[t+1] is fitted, rv_next = exp(line + s^2/2)" : "1, rv[t], mean(rv, 5 days), mean(rv, 22 days)",
        ["floor"] = "rv_next is never below the smallest variance that was fitted on",
        ["training_start"] = days.Label(0),
        ["training_end"] = days.Label(days.Values.Length - 1),
        ["fit_end"] = days.Label(fitted - 1),
    };

    private static double CheckParity(byte[] model, HarRegression fit, DailyVariances days)
    {
        using var runner = new OnnxRunner(model);
        double[][] windows = Array.ConvertAll(days.Between(0, days.Values.Length + 1, HarRegression.Month), end => Month(days, end));
        var served = runner.Run<double>([(HarGraph.Input, [.. windows.SelectMany(window => window)], [windows.Length, HarRegression.Month])], [HarGraph.Output])[0];
        return OnnxParity.Check(HarGraph.Output, [.. windows.Select(window => fit.Forecast(window))], served, OnnxParity.Float64Tolerance);
    }

    private static byte[] ParametersFile(HarRegression fit, Dictionary<string, string> conventions) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            model = fit.IsLog ? "har-rv/log" : "har-rv/level",
            observations = fit.Observations,
            parameters = HarRegression.Names.Select((name, i) => new { name, estimate = fit.Coefficients[i], se_ols = fit.OlsErrors[i], se_hac = fit.HacErrors[i] }),
            r2 = fit.RSquared,
            adjusted_r2 = fit.AdjustedRSquared,
            residual_variance = fit.ResidualVariance,
            smallest = fit.Smallest,
            conventions,
        },
        Indented);
}
