using System.Globalization;
using System.Text.Json;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Features;
using MLOps.Models.Native;
using MLOps.Models.Neural.Tcn;
using MLOps.Models.Neural.Training;
using MLOps.Models.Onnx;

namespace MLOps.Models.Neural.Drawdown;

/// <summary>Card 18: 64 days of eight features to the probabilities that the worst drawdown of the days ahead exceeds each of three depths.</summary>
internal sealed class DrawdownDefinition : IRowModel
{
    private const int MinimumRows = 400;
    private const int ParityWindows = 256;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public string Id => "drawdown-predictor";

    public string Name => "Drawdown Predictor";

    public string Category => "Risk Metrics";

    public string Description => "Probabilities that the worst drawdown of the coming days exceeds each of three depths, from 64 days of eight features; an LSTM, scored by Brier beside the base rates and a logistic regression.";

    public IReadOnlyList<HyperParameter> HyperParameters => DrawdownSettings.Declared;

    public DataNeeds Data => DataNeeds.Bars;

    public RowContinuity Continuity => RowContinuity.Pieces;

    public int? LabelHorizon(IReadOnlyDictionary<string, string> parameters) => DrawdownSettings.From(HyperParameterValues.Parse(HyperParameters, parameters)).Horizon;

    public ModelSignature Signature { get; } = new(
        [new TensorSpec(DrawdownGraph.Input, "float32", [-1, DailyFeatures.WindowLength, DailyFeatures.Names.Count])],
        [new TensorSpec(DrawdownGraph.Output, "float32", [-1, DrawdownSettings.ThresholdCount])]);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var settings = DrawdownSettings.From(parameters);
        var parts = TrainingRows.SelectParts(request, MinimumRows);
        var features = DailyFeatures.Compute(parts);
        var levels = Levels(parts, settings);
        var fitDays = features.Rows.Count - (int)(features.Rows.Count * settings.Training.ValidationFraction);

        // What a fit day foresees must have happened before validation begins.
        var fit = DrawdownWindows.Between(features, levels, 0, fitDays - settings.Horizon);
        var validation = DrawdownWindows.Between(features, levels, fitDays, features.Rows.Count);
        if (fit.Rows.Count == 0 || validation.Rows.Count == 0)
        {
            throw new ModelTrainingException($"A horizon of {settings.Horizon} days leaves {fit.Rows.Count} windows to fit and {validation.Rows.Count} to validate on. Give more history, a shorter horizon or another validation_fraction.");
        }

        LibTorch.EnsureLoaded(settings.Training.Threads);
        var scaler = FeatureScaler.Fit([.. features.Rows.Take(fitDays)]);
        using var network = SeededWeights.Create(settings.Training.Seed, () => new DrawdownNetwork(scaler, settings.Hidden, settings.Thresholds.Count));
        using var task = new DrawdownTask(network, fit, validation, settings.Thresholds.Count);
        var training = new NeuralTrainer(settings.Training, observer, cancellationToken).Train(task, request.Checkpoint);

        observer.OnProgress(0.96, "Exporting and checking ONNX");
        var tags = Tags(parts, features, fitDays, settings);
        var model = OnnxModelFile.Write(DrawdownGraph.Build(network, scaler, settings.Thresholds.Count), Description, tags);
        using var runner = new OnnxRunner(model);
        var parity = CheckParity(runner, network, validation.Inputs.Take(ParityWindows).ToArray());
        var scores = Score(Served(runner, validation.Inputs), fit, validation);
        observer.OnProgress(1, string.Create(CultureInfo.InvariantCulture, $"Validation Brier score {training.Best.Loss:F4} at epoch {training.BestEpoch}, base rate {scores["brier_base_rate"]:F4}"));
        return new TrainedModel(
            [new ModelFile("model.onnx", model), new ModelFile("parameters.json", ParametersFile(scaler, settings, fit))],
            Signature,
            parameters.AsText,
            new Dictionary<string, double>(scores.Select(score => KeyValuePair.Create($"val_{score.Key}", score.Value))) { ["best_epoch"] = training.BestEpoch, ["onnx_max_difference"] = parity },
            MonitoredDays.Of(features, DrawdownGraph.Input, isByDay: true),
            tags);
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        var settings = DrawdownSettings.From(HyperParameterValues.Parse(HyperParameters, model.Parameters));
        OhlcvSeries[] parts = [.. data.Rows(0, to).Parts().Select(part => part.Bars())];
        var features = DailyFeatures.Compute(parts);
        var levels = Levels(parts, settings);
        var first = features.FirstFrom(from);
        var before = DrawdownWindows.Between(features, levels, 0, first - settings.Horizon);
        var scored = DrawdownWindows.Between(features, levels, first, features.Rows.Count);
        if (before.Rows.Count == 0 || scored.Rows.Count == 0)
        {
            throw new ModelTrainingException($"Rows {from} to {to} cannot be scored: more than {settings.Horizon} of them are needed, for that long is the horizon, and {DailyFeatures.WindowLength + settings.Horizon + 1} rows before them.");
        }

        using var runner = model.Open("model.onnx");
        return Score(Served(runner, scored.Inputs, scored.Rows.Select(features.BarOf)), before, scored);
    }

    public ServedRows Serve(TrainedModel model, TrainingData rows) =>
        DailyFeatures.Serve(rows, DrawdownGraph.Input, (features, row) => features.WindowByDay(row), DailyFeatures.WindowLength, DailyFeatures.Names.Count);

    /// <summary>Of every feature row, null where its horizon is not known; the first bar of a piece has no features.</summary>
    private static int?[] Levels(IReadOnlyList<OhlcvSeries> parts, DrawdownSettings settings) =>
    [
        .. parts.SelectMany(bars =>
        {
            var known = DrawdownLevels.Of(bars.Close.AsSpan(1), settings.Horizon, settings.Thresholds);
            return Enumerable.Range(0, bars.Count - 1).Select(row => row < known.Length ? known[row] : (int?)null);
        }),
    ];

    /// <summary>Brier scores: the mean over the thresholds and each one's, beside the base rates' of the days before and a logistic regression's on the newest day of them.</summary>
    private static Dictionary<string, double> Score(double[][] probabilities, DrawdownWindows before, DrawdownWindows scored)
    {
        var rates = DrawdownLevels.BaseRates(before.Levels, DrawdownSettings.ThresholdCount);
        var model = BrierScore.Of(probabilities, scored.Levels);
        var baseRate = BrierScore.Of([.. scored.Levels.Select(_ => rates)], scored.Levels);
        var logistic = BrierScore.Of(Logistic(before, scored), scored.Levels);
        var scores = new Dictionary<string, double>
        {
            ["brier"] = model.Average(),
            ["brier_base_rate"] = baseRate.Average(),
            ["brier_logistic"] = logistic.Average(),
            ["brier_skill"] = 1 - (model.Average() / baseRate.Average()),
            ["days"] = scored.Levels.Length,
        };
        for (var threshold = 0; threshold < model.Length; threshold++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"threshold_{threshold + 1}");
            scores[$"{name}_brier"] = model[threshold];
            scores[$"{name}_brier_base_rate"] = baseRate[threshold];
            scores[$"{name}_brier_logistic"] = logistic[threshold];
            scores[$"{name}_rate"] = scored.Levels.Count(level => level > threshold) / (double)scored.Levels.Length;
        }

        return scores;
    }

    /// <summary>The linear baseline: the level's probabilities, multinomial in the newest day's features.</summary>
    private static double[][] Logistic(DrawdownWindows fit, DrawdownWindows scored)
    {
        const int Levels = DrawdownSettings.ThresholdCount + 1;
        var scaler = FeatureScaler.Fit([.. fit.Rows.Select(row => fit.Features.Rows[row])]);
        return [.. LogisticBaseline.Probabilities(Labelled(fit), Labelled(scored), scaler, Levels, seed: 1).Select(DrawdownLevels.Exceedances)];

        static LabelledWindows Labelled(DrawdownWindows windows) => new(
            [.. windows.Rows.Select(windows.Features.Window)],
            [.. windows.Levels.Select(level => Enumerable.Range(0, Levels).Select(k => k == level ? 1.0 : 0).ToArray())],
            windows.Levels);
    }

    private static double CheckParity(OnnxRunner runner, DrawdownNetwork network, float[][] windows) => OnnxParity.Check(
        DrawdownGraph.Output,
        [.. DrawdownTask.Probabilities(network, windows).SelectMany(row => row)],
        [.. Served(runner, windows).SelectMany(row => row)],
        OnnxParity.Float32Tolerance);

    /// <summary>Probabilities as ONNX Runtime gives them, [windows][thresholds].</summary>
    private static double[][] Served(OnnxRunner runner, IReadOnlyList<float[]> windows, IEnumerable<int>? days = null)
    {
        var flat = runner.Run<float>(
            [(DrawdownGraph.Input, [.. windows.SelectMany(window => window)], [windows.Count, DailyFeatures.WindowLength, DailyFeatures.Names.Count])],
            [DrawdownGraph.Output],
            days)[0];
        return [.. flat.Chunk(DrawdownSettings.ThresholdCount).Select(row => Array.ConvertAll(row, p => (double)p))];
    }

    private static Dictionary<string, string> Tags(IReadOnlyList<OhlcvSeries> parts, DailyFeatures features, int fitDays, DrawdownSettings settings) => new()
    {
        ["model_type"] = "drawdown-predictor",
        ["feature_names"] = string.Join(',', DailyFeatures.Names),
        ["input"] = "raw features [B,64,8], oldest day first; the scaler is in the graph",
        ["output"] = FormattableString.Invariant($"P(worst drawdown of closes over the next {settings.Horizon} days > x) for x = {settings.Thresholds[0]}, {settings.Thresholds[1]}, {settings.Thresholds[2]}"),
        ["drawdown"] = "1 - close/highest close since the window's last day, that day among them",
        ["training_start"] = TimeText.Of(parts[0].Dates[0]),
        ["training_end"] = TimeText.Of(parts[^1].Dates[^1]),
        ["fit_end"] = TimeText.Of(features.Dates[fitDays - 1]),
        ["seed"] = settings.Training.Seed.ToString(CultureInfo.InvariantCulture),
    };

    private static byte[] ParametersFile(FeatureScaler scaler, DrawdownSettings settings, DrawdownWindows fit) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            horizon = settings.Horizon,
            thresholds = settings.Thresholds,
            base_rates = DrawdownLevels.BaseRates(fit.Levels, settings.Thresholds.Count),
            scaler = DailyFeatures.Names.Select((name, i) => new { feature = name, mean = scaler.Means[i], deviation = scaler.Deviations[i] }),
        },
        Indented);
}
