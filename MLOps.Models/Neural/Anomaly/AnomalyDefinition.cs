using System.Globalization;
using System.Text.Json;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Features;
using MLOps.Models.Native;
using MLOps.Models.Neural.Training;
using MLOps.Models.Onnx;

namespace MLOps.Models.Neural.Anomaly;

/// <summary>Card 23: how unusual the newest of 64 days is, by an autoencoder's error on it.</summary>
internal sealed class AnomalyDefinition : IRowModel
{
    private const int MinimumRows = 400;
    private const int OwnFacts = 5;

    /// <summary>To fit a detector on.</summary>
    private const int MinimumWindows = DailyFeatures.WindowLength + 1;
    private const int ParityWindows = 256;
    private const string ParametersFile = "parameters.json";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public string Id => "anomaly-autoencoder";

    public string Name => "Autoencoder Anomaly Detector";

    public string Category => "Signals";

    public string Description =>
        "How unusual the newest of 64 days of eight features is: an autoencoder's error on it. An alarm is a score above the threshold of parameters.json, the 99 % quantile of the training windows; errors says which features raised it.";

    public IReadOnlyList<HyperParameter> HyperParameters => AnomalySettings.Declared;

    public DataNeeds Data => DataNeeds.Bars;

    public RowContinuity Continuity => RowContinuity.Pieces;

    public int? LabelHorizon(IReadOnlyDictionary<string, string> parameters) => 0;

    public ModelSignature Signature { get; } = new(
        [new TensorSpec(AnomalyGraph.Input, "float32", [-1, NormalisedWindows.Size])],
        [new TensorSpec(AnomalyGraph.Score, "float32", [-1, 1]), new TensorSpec(AnomalyGraph.Errors, "float32", [-1, NormalisedWindows.Features])]);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var settings = AnomalySettings.From(parameters);
        var rows = TrainingRows.SelectTable(request, MinimumRows);
        var features = DailyFeatures.Compute([.. rows.Parts().Select(TrainingRows.Bars)]);
        var bars = rows.Bars();
        var fitDays = features.Rows.Count - (int)(features.Rows.Count * settings.Training.ValidationFraction);
        var (fit, validation) = (Windows(features, Between(features, 0, fitDays)), Windows(features, Between(features, fitDays, features.Rows.Count)));
        var shocked = ShockInjection.RowsFrom(features, fitDays);
        if (fit.Length < MinimumWindows || shocked.Length == 0)
        {
            throw new ModelTrainingException($"{rows.Count} rows in {rows.Pieces.Count} pieces make {fit.Length} windows to fit and {shocked.Length} that shocks can be tried on, but at least {MinimumWindows} and 1 are needed; both take {DailyFeatures.WindowLength} to {ShockInjection.Bars} rows without a gap. Give more history or another validation_fraction.");
        }

        LibTorch.EnsureLoaded(settings.Training.Threads);
        var normaliser = NormalisedWindows.Fit([.. features.Rows.Take(fitDays)]);
        using var network = SeededWeights.Create(settings.Training.Seed, () => new AnomalyNetwork(settings.Hidden, settings.Latent));
        using var task = new AnomalyTask(network, normaliser, fit, validation);
        var training = new NeuralTrainer(settings.Training, observer, cancellationToken).Train(task, request.Checkpoint);

        observer.OnProgress(0.96, "Exporting and checking ONNX");
        using var detector = ReconstructionDetector.Fit(normaliser, network.forward, fit);
        var tags = Tags(bars, features, fitDays, settings);
        var model = OnnxModelFile.Write(AnomalyGraph.Build(network, normaliser, detector.Scales), Description, tags);
        using var runner = new OnnxRunner(model);
        var parity = CheckParity(runner, detector, validation);
        var threshold = DetectorScore.Threshold(Served(runner, fit), settings.Quantile);
        var scores = Score((windows, _) => Served(runner, windows), threshold, bars, features, fitDays, shocked, settings);
        observer.OnProgress(1, string.Create(CultureInfo.InvariantCulture, $"Recall {scores["recall"]:F3} of injected shocks at {scores["false_positive_rate"]:P1} false alarms"));
        return new TrainedModel(
            [new ModelFile("model.onnx", model), new ModelFile(ParametersFile, Parameters(threshold, settings, normaliser, detector))],
            Signature,
            parameters.AsText,
            new Dictionary<string, double>(scores.Select(score => KeyValuePair.Create($"val_{score.Key}", score.Value)))
            {
                ["threshold"] = threshold,
                ["val_reconstruction_error"] = training.Best.Loss,
                ["best_epoch"] = training.BestEpoch,
                ["onnx_max_difference"] = parity,
            },
            MonitoredDays.Of(features, AnomalyGraph.Input, isByDay: false),
            tags);
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        var settings = AnomalySettings.From(HyperParameterValues.Parse(HyperParameters, model.Parameters));
        var rows = data.Rows(0, to);
        var features = DailyFeatures.Compute([.. rows.Parts().Select(part => part.Bars())]);
        var first = features.FirstFrom(from);
        var scored = ShockInjection.RowsFrom(features, first);
        if (scored.Length == 0 || Between(features, 0, first).Length < MinimumWindows)
        {
            throw new ModelTrainingException($"Rows {from} to {to} cannot be scored: there must be {(2 * DailyFeatures.WindowLength) + 1} rows before them, and {ShockInjection.Bars} before at least one of them without a gap.");
        }

        LibTorch.EnsureLoaded(settings.Training.Threads);
        using var runner = model.Open("model.onnx");
        using var parameters = JsonDocument.Parse(model.File(ParametersFile));
        return Score((windows, rows) => Served(runner, windows, rows), parameters.RootElement.GetProperty("threshold").GetDouble(), rows.Bars(), features, first, scored, settings);
    }

    public ServedRows Serve(TrainedModel model, TrainingData rows) =>
        DailyFeatures.Serve(rows, AnomalyGraph.Input, (features, row) => features.Window(row), NormalisedWindows.Size);

    /// <summary>The model's figures on the scored rows, beside those of detectors that are fitted on the rows before <paramref name="first"/>.</summary>
    /// <param name="bars">Of all pieces, one after the other.</param>
    private static Dictionary<string, double> Score(Func<IReadOnlyList<float[]>, IEnumerable<int>?, double[]> model, double threshold, OhlcvSeries bars, DailyFeatures features, int first, int[] scored, AnomalySettings settings)
    {
        var before = Windows(features, Between(features, 0, first));
        var ordinary = Windows(features, scored);
        int[] days = Array.ConvertAll(scored, features.BarOf);
        float[][][] shocked = [.. ShockInjection.Kinds.Select(kind => Array.ConvertAll(days, bar => ShockInjection.Window(bars, bar, kind, settings.ShockSize)))];
        using var principal = ReconstructionDetector.Principal(NormalisedWindows.Fit([.. features.Rows.Take(first)]), before, settings.Latent);

        // Those with injected shocks are no rows of the data.
        var own = Scored(windows => model(windows, ReferenceEquals(windows, ordinary) ? days : null), threshold);
        var scores = new Dictionary<string, double> { ["days"] = ordinary.Length };
        foreach (var (suffix, score) in ((string, DetectorScore)[])[("", own), ("_pca", Fitted(principal.Scores)), ("_zscore", Fitted(LargestDeviation))])
        {
            scores[$"recall{suffix}"] = score.Recall;
            scores[$"false_positive_rate{suffix}"] = score.FalsePositives;
            scores[$"recall_at_one_percent{suffix}"] = score.RecallAtOnePercent;
            foreach (var (kind, recall) in ShockInjection.Kinds.Zip(score.RecallByKind))
            {
                scores[$"{Lower(kind)}_recall{suffix}"] = recall;
            }
        }

        return scores;

        DetectorScore Scored(Func<IReadOnlyList<float[]>, double[]> detector, double limit) => DetectorScore.Of(detector(ordinary), [.. shocked.Select(detector)], limit);

        DetectorScore Fitted(Func<IReadOnlyList<float[]>, double[]> detector) => Scored(detector, DetectorScore.Threshold(detector(before), settings.Quantile));
    }

    /// <summary>The naive detector: the largest distance of the newest day's own facts from their mean over the days before it in the window, in standard deviations of those.</summary>
    private static double[] LargestDeviation(IReadOnlyList<float[]> windows) => [.. windows.Select(window => Enumerable.Range(0, OwnFacts).Max(feature =>
    {
        var days = window.AsSpan(feature * NormalisedWindows.Days, NormalisedWindows.Days);
        var (sum, squares) = (0.0, 0.0);
        foreach (var value in days[..^1])
        {
            sum += value;
            squares += value * value;
        }

        var mean = sum / (days.Length - 1);
        var variance = (squares / (days.Length - 1)) - (mean * mean);
        return variance > 1e-12 ? Math.Abs(days[^1] - mean) / Math.Sqrt(variance) : 0;
    }))];

    /// <summary>The rows from <paramref name="first"/> to before <paramref name="end"/> that a window ends with.</summary>
    private static int[] Between(DailyFeatures features, int first, int end) => [.. Enumerable.Range(first, end - first).Where(features.HasWindow)];

    private static float[][] Windows(DailyFeatures features, int[] rows) => Array.ConvertAll(rows, features.Window);

    private static double CheckParity(OnnxRunner runner, ReconstructionDetector detector, float[][] windows)
    {
        var some = windows[..Math.Min(ParityWindows, windows.Length)];
        var served = runner.Run<float>([(AnomalyGraph.Input, [.. some.SelectMany(window => window)], [some.Length, NormalisedWindows.Size])], [AnomalyGraph.Score, AnomalyGraph.Errors]);
        return Math.Max(
            OnnxParity.Check(AnomalyGraph.Score, detector.Scores(some), Array.ConvertAll(served[0], value => (double)value), OnnxParity.Float32Tolerance),
            OnnxParity.Check(AnomalyGraph.Errors, [.. detector.Errors(some).SelectMany(row => row)], Array.ConvertAll(served[1], value => (double)value), OnnxParity.Float32Tolerance));
    }

    private static double[] Served(OnnxRunner runner, IReadOnlyList<float[]> windows, IEnumerable<int>? days = null) => Array.ConvertAll(
        runner.Run<float>([(AnomalyGraph.Input, [.. windows.SelectMany(window => window)], [windows.Count, NormalisedWindows.Size])], [AnomalyGraph.Score], days)[0],
        value => (double)value);

    private static Dictionary<string, string> Tags(OhlcvSeries bars, DailyFeatures features, int fitDays, AnomalySettings settings) => new()
    {
        ["model_type"] = "anomaly-autoencoder",
        ["feature_names"] = string.Join(',', DailyFeatures.Names),
        ["input"] = "raw features [B,512]: eight features one after the other, 64 days each, oldest day first; each window is put in units of the 63 days before its newest in the graph",
        ["score"] = "quadratic mean over the newest day's features of the squared error over its 99 % quantile among the fit windows",
        ["threshold"] = FormattableString.Invariant($"{settings.Quantile} quantile (linear) of the fit windows' scores, in parameters.json"),
        ["training_start"] = TimeText.Of(bars.Dates[0]),
        ["training_end"] = TimeText.Of(bars.Dates[^1]),
        ["fit_end"] = TimeText.Of(features.Dates[fitDays - 1]),
        ["seed"] = settings.Training.Seed.ToString(CultureInfo.InvariantCulture),
    };

    private static byte[] Parameters(double threshold, AnomalySettings settings, NormalisedWindows normaliser, ReconstructionDetector detector) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            threshold,
            quantile = settings.Quantile,
            features = DailyFeatures.Names.Select((name, i) => new { feature = name, variance_floor = normaliser.Floors[i], error_scale = detector.Scales[i] }),
        },
        Indented);

    private static string Lower(ShockKind kind) => kind switch
    {
        ShockKind.Price => "price",
        ShockKind.Range => "range",
        ShockKind.Gap => "gap",
        _ => "volume",
    };
}
