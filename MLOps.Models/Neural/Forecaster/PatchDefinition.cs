using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Features;
using MLOps.Models.Native;
using MLOps.Models.Neural.Training;
using MLOps.Models.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace MLOps.Models.Neural.Forecaster;

/// <summary>Patch transformer: 96 days of log variances of any number of series to the next 24.</summary>
internal sealed class PatchDefinition : IModelDefinition
{
    private const int MinimumRows = 300;
    private const int ParityPairs = 256;

    /// <summary>Histories with their targets that a channel must have to be fitted on.</summary>
    private const int MinimumPairs = (3 * PatchSettings.Horizon) + 1;

    public string Id => "patch-transformer";

    public string Name => "Patch Transformer Forecaster";

    public string Category => "Market Embedding";

    public string Description => "The next 24 days of log variances from the last 96, by a transformer over patches of days beside a layer that begins as the log-HAR.";

    public IReadOnlyList<HyperParameter> HyperParameters => PatchSettings.Declared;

    public DataNeeds Data { get; } = DataNeeds.Assets(1, "daily variances (of daily bars the range's variance is taken)");

    public RowContinuity Continuity => RowContinuity.Pieces;

    public int? LabelHorizon(IReadOnlyDictionary<string, string> parameters) => PatchSettings.Horizon;

    public ModelSignature Signature { get; } = SignatureOf(-1);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var training = NeuralSettings.From(parameters) with { Schedule = LearningRates.WarmUpThenCosine, GradientNorm = 1 };
        var settings = PatchSettings.From(parameters);
        var rows = TrainingRows.SelectTable(request, MinimumRows);
        var panel = VolatilityPanel.Of(rows);
        var fitDays = rows.Count - Math.Max(2 * PatchSettings.Horizon, (int)(rows.Count * training.ValidationFraction));
        int[] fitStarts = ForecastWindows.Starts(panel, 0, fitDays);
        int[] validationStarts = ForecastWindows.Starts(panel, fitDays, rows.Count);
        if (fitStarts.Length < MinimumPairs || validationStarts.Length == 0)
        {
            throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"Of {rows.Count} rows only {fitDays} are left to fit on, with {fitStarts.Length} windows of {PatchSettings.History} days and the {PatchSettings.Horizon} after them without a gap, and {validationStarts.Length} to validate on, but {MinimumPairs} and 1 are needed; give more history or another validation_fraction than {training.ValidationFraction}."));
        }

        var scaler = FeatureScaler.Fit([.. panel.Rows.Take(fitDays)]);
        var fit = ForecastWindows.Of(panel, scaler, fitStarts);
        var validation = ForecastWindows.Of(panel, scaler, validationStarts);
        var har = LogHar.Fit(fit.Histories, fit.Targets);

        LibTorch.EnsureLoaded(training.Threads);
        using var network = SeededWeights.Create(training.Seed, () => new PatchNetwork(scaler, settings));
        network.Initialise(har);
        using var task = new PatchTask(network, settings, fit, validation);
        var trained = new NeuralTrainer(training, observer, cancellationToken).Train(task, request.Checkpoint);

        observer.OnProgress(0.96, "Exporting and checking ONNX");
        var tags = Tags(rows, panel, fitDays, training);
        var model = OnnxModelFile.Write(network.Graph(), Description, tags);
        using var runner = new OnnxRunner(model);
        var parity = CheckParity(runner, network, panel, validationStarts);
        observer.OnProgress(1, string.Create(CultureInfo.InvariantCulture, $"Validation loss {trained.Best.Loss:F4} at epoch {trained.BestEpoch}"));
        return new TrainedModel(
            [new ModelFile("model.onnx", model), new ModelFile(FeatureScalerFile.Name, FeatureScalerFile.Write(scaler, panel.Names))],
            SignatureOf(panel.Names.Count),
            parameters.AsText,
            new Dictionary<string, double>(
            [
                .. Scores(runner, panel, har, scaler, validationStarts).Select(figure => KeyValuePair.Create(
                    figure.Key.StartsWith("baseline_", StringComparison.Ordinal) ? figure.Key : $"val_{figure.Key}", figure.Value)),
                KeyValuePair.Create("val_loss", trained.Best.Loss),
                KeyValuePair.Create("best_epoch", (double)trained.BestEpoch),
                KeyValuePair.Create("onnx_max_difference", parity),
            ]),
            Monitored(rows, panel),
            tags);
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        var panel = VolatilityPanel.Of(data.Rows(0, to));
        int[] known = ForecastWindows.Starts(panel, 0, from);
        int[] scored = ForecastWindows.Starts(panel, from, to);
        if (scored.Length == 0 || known.Length < MinimumPairs)
        {
            throw new ModelTrainingException($"Rows {from} to {to} cannot be scored: there must be at least {PatchSettings.Horizon} of them with {PatchSettings.History} before them without a gap, and {PatchSettings.History + (4 * PatchSettings.Horizon)} before them in all.");
        }

        var scaler = FeatureScalerFile.Read(model.File(FeatureScalerFile.Name));
        if (scaler.Means.Length != panel.Names.Count)
        {
            throw new ModelTrainingException($"The model was trained on {scaler.Means.Length} series, but the rows have {panel.Names.Count}: {string.Join(", ", panel.Names)}.");
        }

        var before = ForecastWindows.Of(panel, scaler, known);
        using var runner = model.Open("model.onnx");
        return Scores(runner, panel, LogHar.Fit(before.Histories, before.Targets), scaler, scored);
    }

    private static ModelSignature SignatureOf(int channels) => new(
        [new TensorSpec(PatchNetwork.Input, "float32", [-1, channels, PatchSettings.History])],
        [new TensorSpec(PatchNetwork.Output, "float32", [-1, channels, PatchSettings.Horizon])]);

    /// <summary>Figures of the forecasts that begin on some rows, the model's and the baselines'.</summary>
    private static Dictionary<string, double> Scores(OnnxRunner runner, VolatilityPanel panel, LogHar har, FeatureScaler scaler, int[] starts)
    {
        var windows = ForecastWindows.Of(panel, scaler, starts);
        double[][] actuals = [.. windows.Targets.Select((target, i) => Raw(target, i))];
        return new Dictionary<string, double>(
        [
            .. ForecastScore.Of(Served(runner, panel, starts), actuals).Figures(""),
            .. ForecastScore.Of([.. windows.Histories.Select((history, i) => Raw([.. Enumerable.Repeat(history[^1], PatchSettings.Horizon)], i))], actuals).Figures("baseline_last_value_"),
            .. ForecastScore.Of([.. windows.Histories.Select((history, i) => Raw([.. har.Forecast(history).Select(value => (float)value)], i))], actuals).Figures("baseline_log_har_"),
            KeyValuePair.Create("forecasts", (double)actuals.Length),
        ]);

        // Pairs go by channels within days.
        double[] Raw(float[] scaled, int pair)
        {
            var channel = pair % panel.Names.Count;
            return Array.ConvertAll(scaled, value => ((double)value * scaler.Deviations[channel]) + scaler.Means[channel]);
        }
    }

    /// <summary>What ONNX Runtime makes of the raw days before each row, one forecast a channel.</summary>
    private static double[][] Served(OnnxRunner runner, VolatilityPanel panel, int[] starts) =>
    [
        .. starts.Chunk(ParityPairs).SelectMany(chunk => runner.Run<float>(
            [(PatchNetwork.Input, Histories(panel, chunk), [chunk.Length, panel.Names.Count, PatchSettings.History])],
            [PatchNetwork.Output],
            chunk.Select(row => row - 1))[0])
        .Select(value => (double)value)
        .Chunk(PatchSettings.Horizon),
    ];

    /// <summary>Raw histories before the given rows, [rows, channels, 96] flat.</summary>
    private static float[] Histories(VolatilityPanel panel, IEnumerable<int> rows) =>
        [.. rows.SelectMany(row => FeatureWindow.ByFeature(panel.Rows, row - 1, PatchSettings.History))];

    private static double CheckParity(OnnxRunner runner, PatchNetwork network, VolatilityPanel panel, int[] starts)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var rows = starts[..Math.Min(ParityPairs, starts.Length)];
        var expected = network.forward(AlignedTensor.Of(Histories(panel, rows), rows.Length, panel.Names.Count, PatchSettings.History));
        return OnnxParity.Check(
            PatchNetwork.Output,
            [.. Tensors.Rows(expected).SelectMany(row => row)],
            [.. Served(runner, panel, rows).SelectMany(row => row)],
            OnnxParity.Float32Tolerance);
    }

    private static MonitoredFeatures? Monitored(TrainingData rows, VolatilityPanel panel) => rows.Times is null
        ? null
        : new MonitoredFeatures(
            [.. panel.Names.Select((name, channel) => new MonitoredFeature($"log_{name}", PatchNetwork.Input, (channel * PatchSettings.History) + PatchSettings.History - 1))],
            [.. rows.Times.Select(DateOnly.FromDateTime)],
            panel.Rows);

    private Dictionary<string, string> Tags(TrainingData rows, VolatilityPanel panel, int fitDays, NeuralSettings training) => new()
    {
        ["model_type"] = Id,
        ["feature_names"] = string.Join(',', panel.Names.Select(name => $"log_{name}")),
        ["input"] = "natural logarithms of daily variances [B,C,96], oldest day first; the scaler is in the graph",
        ["output"] = "natural logarithms of the next 24 days' variances [B,C,24]",
        ["training_start"] = Day(rows, 0),
        ["training_end"] = Day(rows, rows.Count - 1),
        ["fit_end"] = Day(rows, fitDays - 1),
        ["seed"] = training.Seed.ToString(CultureInfo.InvariantCulture),
    };

    private static string Day(TrainingData rows, int row) => rows.Times is { } times ? TimeText.Of(times[row]) : $"row {row}";
}
