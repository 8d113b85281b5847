using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Classical.Hmm;
using MLOps.Models.Data;
using MLOps.Models.Features;
using MLOps.Models.Native;
using MLOps.Models.Neural.Training;
using MLOps.Models.Onnx;

namespace MLOps.Models.Neural.Tcn;

/// <summary>Regime classifier: 64 days of eight features to the probabilities of the calm, normal and turbulent regime of the newest day.</summary>
internal sealed class TcnRegimeDefinition : IRowModel
{
    private const int MinimumRows = 500;
    private const int ParityWindows = 256;
    private const string LabelsFile = "labels-hmm.json";

    public string Id => "tcn-regime-classifier";

    public string Name => "TCN Regime Classifier";

    public string Category => "Regime Detection";

    public string Description => "Probabilities of the calm, normal and turbulent market regime from 64 days of eight features, learnt from the forward filter of an HMM fitted on the training years alone.";

    public IReadOnlyList<HyperParameter> HyperParameters => TcnSettings.Declared;

    public DataNeeds Data => DataNeeds.Bars;

    public RowContinuity Continuity => RowContinuity.Unbroken("its labels are those of a hidden state that goes from each row to the next");

    public ModelSignature Signature { get; } = new(
        [new TensorSpec(TcnGraph.Input, "float32", [-1, DailyFeatures.Names.Count, DailyFeatures.WindowLength])],
        [new TensorSpec(TcnGraph.Output, "float32", [-1, TcnSettings.Regimes])]);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var settings = TcnSettings.From(parameters);
        var bars = TrainingRows.Select(request, MinimumRows);
        var features = DailyFeatures.Compute(bars);
        var fitDays = features.Rows.Count - (int)(features.Rows.Count * settings.Training.ValidationFraction);

        observer.OnProgress(0.02, $"Labelling {features.Rows.Count} days by an HMM of {TcnSettings.Regimes} states");
        var labels = RegimeLabels.From([.. features.Rows.Select(row => row[0])], fitDays, TcnSettings.Regimes, settings.HmmStarts, settings.Training.Seed, cancellationToken);
        var scaler = FeatureScaler.Fit([.. features.Rows.Take(fitDays)]);
        var fit = Windows(features, labels, DailyFeatures.WindowLength - 1, fitDays);
        var validation = Windows(features, labels, fitDays, features.Rows.Count);

        LibTorch.EnsureLoaded(settings.Training.Threads);
        using var network = SeededWeights.Create(settings.Training.Seed, () => new TcnNetwork(scaler, settings.Channels, TcnSettings.Dilations, TcnSettings.Regimes));
        using var task = new TcnTask(network, fit, validation);
        var training = new NeuralTrainer(settings.Training, observer, cancellationToken).Train(task, request.Checkpoint);
        observer.OnProgress(0.96, "Exporting and checking ONNX");
        var tags = Tags(bars, features, fitDays, settings);
        var model = OnnxModelFile.Write(TcnGraph.Build(network, scaler, TcnSettings.Regimes), Description, tags);
        var parity = CheckParity(model, network, validation);
        var baseline = LogisticBaseline.Score(fit, validation, scaler, TcnSettings.Regimes, settings.Training.Seed);
        observer.OnProgress(1, string.Create(CultureInfo.InvariantCulture, $"Validation log-loss {training.Best.Loss:F4} at epoch {training.BestEpoch}"));
        return new TrainedModel(
            [new ModelFile("model.onnx", model), new ModelFile(LabelsFile, HmmFileContent.Write(labels.Hmm, fitDays)), new ModelFile(FeatureScalerFile.Name, FeatureScalerFile.Write(scaler, DailyFeatures.Names))],
            Signature,
            parameters.AsText,
            new Dictionary<string, double>
            {
                ["val_log_loss"] = training.Best.Loss,
                ["val_accuracy_best"] = training.Best.Metrics[0].Value,
                ["baseline_prior_log_loss"] = PriorLogLoss(fit.Labels, validation.Labels, TcnSettings.Regimes),
                ["baseline_logistic_log_loss"] = baseline.LogLoss,
                ["baseline_logistic_accuracy"] = baseline.Accuracy,
                ["hmm_filter_log_loss"] = TcnScore.Of(validation.Targets, validation.Labels).LogLoss,
                ["hmm_loglik"] = labels.Hmm.LogLikelihood,
                ["best_epoch"] = training.BestEpoch,
                ["onnx_max_difference"] = parity,
            },
            MonitoredDays.Of(features, TcnGraph.Input, isByDay: false),
            tags);
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        var features = DailyFeatures.Compute(data.Rows(0, to).Bars());

        // Features begin some days after the first row, and a window needs all of its days.
        var first = Math.Max(DailyFeatures.WindowLength - 1, from - (to - features.Rows.Count));
        if (first >= features.Rows.Count || first < 2 * DailyFeatures.WindowLength)
        {
            throw new ModelTrainingException($"Rows {from} to {to} cannot be scored: there must be at least one of them, with {2 * DailyFeatures.WindowLength} days of features before it.");
        }

        var labels = RegimeLabels.By(HmmFileContent.Read(model.File(LabelsFile)), [.. features.Rows.Select(row => row[0])]);
        var before = Windows(features, labels, DailyFeatures.WindowLength - 1, first);
        var scored = Windows(features, labels, first, features.Rows.Count);
        using var runner = model.Open("model.onnx");
        var score = TcnScore.Of(Served(runner, scored.Windows, Enumerable.Range(first + to - features.Rows.Count, scored.Windows.Count)), scored.Labels);
        var baseline = LogisticBaseline.Score(before, scored, FeatureScaler.Fit([.. features.Rows.Take(first)]), TcnSettings.Regimes, seed: 1);
        return new Dictionary<string, double>
        {
            ["log_loss"] = score.LogLoss,
            ["accuracy"] = score.Accuracy,
            ["baseline_prior_log_loss"] = PriorLogLoss(before.Labels, scored.Labels, TcnSettings.Regimes),
            ["baseline_logistic_log_loss"] = baseline.LogLoss,
            ["baseline_logistic_accuracy"] = baseline.Accuracy,
            ["hmm_filter_log_loss"] = TcnScore.Of(scored.Targets, scored.Labels).LogLoss,
            ["days"] = scored.Labels.Length,
        };
    }

    public ServedRows Serve(TrainedModel model, TrainingData rows) =>
        DailyFeatures.Serve(rows, TcnGraph.Input, (features, row) => features.Window(row), DailyFeatures.Names.Count, DailyFeatures.WindowLength);

    /// <summary>The windows that end on the days from <paramref name="first"/> to before <paramref name="end"/>.</summary>
    private static LabelledWindows Windows(DailyFeatures features, RegimeLabels labels, int first, int end) => new(
        [.. Enumerable.Range(first, end - first).Select(features.Window)],
        labels.Probabilities[first..end],
        labels.States[first..end]);

    private static double CheckParity(byte[] model, TcnNetwork network, LabelledWindows validation)
    {
        var windows = validation.Windows.Take(ParityWindows).ToArray();
        using var runner = new OnnxRunner(model);
        return OnnxParity.Check(
            TcnGraph.Output,
            [.. TcnTask.Probabilities(network, windows).SelectMany(row => row)],
            [.. Served(runner, windows).SelectMany(row => row)],
            OnnxParity.Float32Tolerance);
    }

    /// <summary>Class probabilities as ONNX Runtime gives them, [windows][classes].</summary>
    private static double[][] Served(OnnxRunner runner, IReadOnlyList<float[]> windows, IEnumerable<int>? days = null)
    {
        var flat = runner.Run<float>(
            [(TcnGraph.Input, [.. windows.SelectMany(window => window)], [windows.Count, DailyFeatures.Names.Count, DailyFeatures.WindowLength])],
            [TcnGraph.Output],
            days)[0];
        return [.. flat.Chunk(flat.Length / windows.Count).Select(row => Array.ConvertAll(row, p => (double)p))];
    }

    /// <summary>What always saying the fit days' class shares would score.</summary>
    private static double PriorLogLoss(int[] fit, int[] validation, int classes)
    {
        var prior = Enumerable.Range(0, classes).Select(label => (fit.Count(l => l == label) + 1.0) / (fit.Length + classes)).ToArray();
        return TcnScore.Of([.. validation.Select(_ => prior)], validation).LogLoss;
    }

    private static Dictionary<string, string> Tags(OhlcvSeries bars, DailyFeatures features, int fitDays, TcnSettings settings) => new()
    {
        ["model_type"] = "tcn-regime-classifier",
        ["feature_names"] = string.Join(',', DailyFeatures.Names),
        ["input"] = "raw features [B,8,64], oldest day first; the scaler is in the graph",
        ["classes"] = "0 calm, 1 normal, 2 turbulent (HMM states by variance)",
        ["labels"] = "forward filter of an HMM fitted on the fit days' returns",
        ["training_start"] = TimeText.Of(bars.Dates[0]),
        ["training_end"] = TimeText.Of(bars.Dates[^1]),
        ["fit_end"] = TimeText.Of(features.Dates[fitDays - 1]),
        ["seed"] = settings.Training.Seed.ToString(CultureInfo.InvariantCulture),
    };
}
