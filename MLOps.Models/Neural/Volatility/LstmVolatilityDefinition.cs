using System.Globalization;
using System.Text.Json;
using MLOps.Models.Catalog;
using MLOps.Models.Classical.HarRv;
using MLOps.Models.Data;
using MLOps.Models.Features;
using MLOps.Models.Native;
using MLOps.Models.Neural.Training;
using MLOps.Models.Onnx;

namespace MLOps.Models.Neural.Volatility;

/// <summary>Card 14: tomorrow's realised variance from 22 days of four features.</summary>
internal sealed class LstmVolatilityDefinition : IRowModel
{
    private const int MinimumDays = 200;
    private const int ParityWindows = 256;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public string Id => "lstm-volatility";

    public string Name => "LSTM Volatility Predictor";

    public string Category => "Volatility";

    public string Description =>
        "Tomorrow's realised variance (percent squared) from 22 days [B,22,4] of its logarithm, the logarithms of its means over 5 and 22 days, and the standard deviation of its logarithm over 22: an LSTM on top of a logarithmic HAR, learnt by QLIKE.";

    public IReadOnlyList<HyperParameter> HyperParameters => VolatilitySettings.Declared;

    public DataNeeds Data => DailyVariances.Needs;

    public RowContinuity Continuity => RowContinuity.Pieces;

    public bool MakesDays(IReadOnlyDictionary<string, string> parameters) => DailyVariances.AreSummed(parameters);

    public int? LabelHorizon(IReadOnlyDictionary<string, string> parameters) => 1;

    public ModelSignature Signature { get; } = new(
        [new TensorSpec(VolatilityGraph.Input, "float32", [-1, VolatilityFeatures.WindowLength, VolatilityFeatures.Names.Count])],
        [new TensorSpec(VolatilityGraph.Output, "float32", [-1, 1])]);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var settings = VolatilitySettings.From(parameters);
        var days = DailyVariances.Of(TrainingRows.SelectTable(request, MinimumDays), parameters);
        var variances = days.Values;
        if (variances.Length < MinimumDays)
        {
            throw new ModelTrainingException($"There are variances of {variances.Length} days, but at least {MinimumDays} are needed.");
        }

        var fitDays = variances.Length - (int)(variances.Length * settings.Training.ValidationFraction);
        var features = VolatilityFeatures.Compute(days);
        var har = HarRegression.Fit(variances.AsSpan(0, fitDays), days.Pieces, isLog: true, lags: 0);
        var fit = days.Between(0, fitDays, VolatilityFeatures.History);
        var validation = days.Between(fitDays, variances.Length, VolatilityFeatures.History);
        if (fit.Length == 0 || validation.Length == 0)
        {
            throw new ModelTrainingException($"Of {variances.Length} days {fit.Length} to fit and {validation.Length} to validate on have {VolatilityFeatures.History} days before them without a gap. Give more history or another validation_fraction.");
        }

        LibTorch.EnsureLoaded(settings.Training.Threads);
        var scaler = FeatureScaler.Fit([.. features.Rows.Where((_, row) => features.Days[row] < fitDays)]);
        using var network = SeededWeights.Create(settings.Training.Seed, () => new VolatilityNetwork(scaler, har, settings.Hidden));
        using var task = new VolatilityTask(network, features, variances, fit, validation);
        var training = new NeuralTrainer(settings.Training, observer, cancellationToken).Train(task, request.Checkpoint);

        observer.OnProgress(0.96, "Exporting and checking ONNX");
        var tags = Tags(parameters, settings, days, fitDays);
        var model = OnnxModelFile.Write(VolatilityGraph.Build(network, scaler), Description, tags);
        using var runner = new OnnxRunner(model);
        var parity = CheckParity(runner, network, features, days);
        var scores = Score(runner, features, days, validation);
        observer.OnProgress(1, string.Create(CultureInfo.InvariantCulture, $"Validation QLIKE {scores["qlike"]:F4} at epoch {training.BestEpoch}, HAR {scores["qlike_har"]:F4}"));
        var metrics = new Dictionary<string, double>(scores.Select(score => KeyValuePair.Create($"val_{score.Key}", score.Value)))
        {
            ["best_epoch"] = training.BestEpoch,
            ["onnx_max_difference"] = parity,
        };
        if (days.Before(variances.Length) >= VolatilityFeatures.History)
        {
            metrics["rv_next"] = Served(runner, [features.Before(variances.Length)])[0];
        }

        return new TrainedModel(
            [new ModelFile("model.onnx", model), new ModelFile("parameters.json", ParametersFile(scaler, har))],
            Signature,
            parameters.AsText,
            metrics,
            Monitored(days, features),
            tags);
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        var days = DailyVariances.Of(data.Rows(0, to), HyperParameterValues.Parse(HyperParameters, model.Parameters));

        // The rival needs days of its own to be fitted on.
        var known = days.Between(0, days.Values.Length, HarRegression.Month);
        var fitted = known.Length > HarRegression.MinimumDays - HarRegression.Month ? known[HarRegression.MinimumDays - HarRegression.Month] : days.Values.Length;
        var scored = days.Between(Math.Max(fitted, days.IndexOf(from)), days.Values.Length, VolatilityFeatures.History);
        if (scored.Length == 0)
        {
            throw new ModelTrainingException($"Rows {from} to {to} cannot be scored: at least one day of them must have {VolatilityFeatures.History} days before it without a gap, and there must be {HarRegression.MinimumDays} days before it in all.");
        }

        using var runner = model.Open("model.onnx");
        return Score(runner, VolatilityFeatures.Compute(days), days, scored);
    }

    public IReadOnlyList<string> Reads(TrainedModel model) => DailyVariances.Reads(HyperParameterValues.Parse(HyperParameters, model.Parameters));

    public ServedRows Serve(TrainedModel model, TrainingData rows)
    {
        var days = DailyVariances.Of(rows, HyperParameterValues.Parse(HyperParameters, model.Parameters));
        var features = VolatilityFeatures.Compute(days);
        int[] newest = days.Between(0, days.Values.Length, VolatilityFeatures.History - 1);
        return ServedRows.Windows(
            VolatilityGraph.Input,
            [.. newest.Select(day => features.Before(day + 1))],
            [.. newest.Select(day => days.LastRows[day])],
            VolatilityFeatures.History,
            VolatilityFeatures.WindowLength,
            VolatilityFeatures.Names.Count) with
        { IsOfDays = true };
    }

    /// <summary>QLIKE and squared errors on some days, beside HAR and logarithmic HAR, which are fitted anew every five days on all days before, and three forecasts that need no fit.</summary>
    private static Dictionary<string, double> Score(OnnxRunner runner, VolatilityFeatures features, DailyVariances days, int[] scored) => VarianceForecastScore.Of(
        days,
        scored,
        Served(runner, Array.ConvertAll(scored, features.Before), scored.Select(day => days.LastRows[day - 1])),
        ("_har", HarWalk.Forecasts(days, scored, isLog: false)),
        ("_loghar", HarWalk.Forecasts(days, scored, isLog: true)));

    private static double CheckParity(OnnxRunner runner, VolatilityNetwork network, VolatilityFeatures features, DailyVariances days)
    {
        float[][] windows = [.. days.Between(0, days.Values.Length + 1, VolatilityFeatures.History).TakeLast(ParityWindows).Select(features.Before)];
        return OnnxParity.Check(VolatilityGraph.Output, VolatilityTask.Forecasts(network, windows), Served(runner, windows), OnnxParity.Float32Tolerance);
    }

    private static double[] Served(OnnxRunner runner, float[][] windows, IEnumerable<int>? rows = null) => Array.ConvertAll(
        runner.Run<float>(
            [(VolatilityGraph.Input, [.. windows.SelectMany(window => window)], [windows.Length, VolatilityFeatures.WindowLength, VolatilityFeatures.Names.Count])],
            [VolatilityGraph.Output],
            rows)[0],
        variance => (double)variance);

    /// <summary>The day's own variance is watched; the other features repeat it with long memory.</summary>
    private static MonitoredFeatures? Monitored(DailyVariances days, VolatilityFeatures features) => days.Days is not { } dates
        ? null
        : new MonitoredFeatures(
            [new MonitoredFeature(VolatilityFeatures.Names[0], VolatilityGraph.Input, (VolatilityFeatures.WindowLength - 1) * VolatilityFeatures.Names.Count)],
            [.. features.Days.Select(day => dates[day])],
            [.. features.Rows.Select(row => row[..1])]);

    private static Dictionary<string, string> Tags(HyperParameterValues parameters, VolatilitySettings settings, DailyVariances days, int fitDays) => new()
    {
        ["model_type"] = "lstm-volatility",
        ["feature_names"] = string.Join(',', VolatilityFeatures.Names),
        ["input"] = "raw features [B,22,4], oldest day first; the scaler is in the graph",
        ["variance"] = DailyVariances.Convention(parameters),
        ["loss"] = "QLIKE: mean of a/f - ln(a/f) - 1",
        ["training_start"] = days.Label(0),
        ["training_end"] = days.Label(days.Values.Length - 1),
        ["fit_end"] = days.Label(fitDays - 1),
        ["seed"] = settings.Training.Seed.ToString(CultureInfo.InvariantCulture),
    };

    private static byte[] ParametersFile(FeatureScaler scaler, HarRegression har) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            scaler = VolatilityFeatures.Names.Select((name, i) => new { feature = name, mean = scaler.Means[i], deviation = scaler.Deviations[i] }),
            har_at_start = HarRegression.Names.Select((name, i) => new { name, estimate = har.Coefficients[i] }),
        },
        Indented);
}
