using System.Globalization;
using System.Text.Json;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Features;
using MLOps.Models.Onnx;

namespace MLOps.Models.Neural.Tcn;

/// <summary>Regime classifier: 64 days of eight features to the probabilities of the calm, normal and turbulent regime of the newest day.</summary>
internal sealed class TcnRegimeDefinition : IModelDefinition
{
    private const int MinimumRows = 500;
    private const int MonitoredFeatures = 5;
    private const int ParityWindows = 256;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public string Id => "tcn-regime-classifier";

    public string Name => "TCN Regime Classifier";

    public string Category => "Regime Detection";

    public string Description => "Probabilities of the calm, normal and turbulent market regime from 64 days of eight features, learnt from the forward filter of an HMM fitted on the training years alone.";

    public IReadOnlyList<HyperParameter> HyperParameters => TcnSettings.Declared;

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var settings = TcnSettings.From(parameters);
        var bars = TrainingRows.Select(request, MinimumRows);
        var features = DailyFeatures.Compute(bars);
        var fitDays = features.Rows.Count - (int)(features.Rows.Count * settings.ValidationFraction);

        observer.OnProgress(0.02, $"Labelling {features.Rows.Count} days by an HMM of {settings.States} states");
        var labels = RegimeLabels.From([.. features.Rows.Select(row => row[0])], fitDays, settings.States, settings.HmmStarts, settings.Seed, cancellationToken);
        var scaler = FeatureScaler.Fit([.. features.Rows.Take(fitDays)]);
        var fit = Windows(features, labels, DailyFeatures.WindowLength - 1, fitDays);
        var validation = Windows(features, labels, fitDays, features.Rows.Count);

        var (network, best, bestEpoch) = new TcnTrainer(settings, observer, cancellationToken).Train(fit, validation, scaler, request.Checkpoint);
        using (network)
        {
            observer.OnProgress(0.96, "Exporting and checking ONNX");
            var tags = Tags(bars, features, fitDays, settings);
            var model = OnnxModelFile.Write(TcnGraph.Build(network, scaler, settings.States), Description, tags);
            var parity = CheckParity(model, network, validation);
            var baseline = LogisticBaseline.Score(fit, validation, scaler, settings.States, settings.Seed);
            observer.OnProgress(1, string.Create(CultureInfo.InvariantCulture, $"Validation log-loss {best.LogLoss:F4} at epoch {bestEpoch}"));
            return new TrainedModel(
                [new ModelFile("model.onnx", model), new ModelFile("labels-hmm.json", HmmFile(labels, fitDays)), new ModelFile("scaler.json", ScalerFile(scaler))],
                new ModelSignature(
                    [new TensorSpec(TcnGraph.Input, "float32", [-1, DailyFeatures.Names.Count, DailyFeatures.WindowLength])],
                    [new TensorSpec(TcnGraph.Output, "float32", [-1, settings.States])]),
                parameters.AsText,
                new Dictionary<string, double>
                {
                    ["val_log_loss"] = best.LogLoss,
                    ["val_accuracy_best"] = best.Accuracy,
                    ["baseline_prior_log_loss"] = PriorLogLoss(fit.Labels, validation.Labels, settings.States),
                    ["baseline_logistic_log_loss"] = baseline.LogLoss,
                    ["baseline_logistic_accuracy"] = baseline.Accuracy,
                    ["hmm_filter_log_loss"] = TcnScore.Of(validation.Targets, validation.Labels).LogLoss,
                    ["hmm_loglik"] = labels.Hmm.LogLikelihood,
                    ["best_epoch"] = bestEpoch,
                    ["onnx_max_difference"] = parity,
                },
                Monitored(features),
                tags);
        }
    }

    /// <summary>The windows that end on the days from <paramref name="first"/> to before <paramref name="end"/>.</summary>
    private static LabelledWindows Windows(DailyFeatures features, RegimeLabels labels, int first, int end) => new(
        [.. Enumerable.Range(first, end - first).Select(features.Window)],
        labels.Probabilities[first..end],
        labels.States[first..end]);

    private static double CheckParity(byte[] model, TcnNetwork network, LabelledWindows validation)
    {
        var windows = validation.Windows.Take(ParityWindows).ToArray();
        using var runner = new OnnxRunner(model);
        var onnx = runner.Run<float>(
            [(TcnGraph.Input, [.. windows.SelectMany(window => window)], [windows.Length, DailyFeatures.Names.Count, DailyFeatures.WindowLength])],
            [TcnGraph.Output])[0];
        return OnnxParity.Check(
            TcnGraph.Output,
            [.. TcnTrainer.Probabilities(network, windows).SelectMany(row => row)],
            Array.ConvertAll(onnx, value => (double)value),
            OnnxParity.Float32Tolerance);
    }

    /// <summary>What always saying the fit days' class shares would score.</summary>
    private static double PriorLogLoss(int[] fit, int[] validation, int classes)
    {
        var prior = Enumerable.Range(0, classes).Select(label => (fit.Count(l => l == label) + 1.0) / (fit.Length + classes)).ToArray();
        return TcnScore.Of([.. validation.Select(_ => prior)], validation).LogLoss;
    }

    /// <summary>One day's own facts are watched; the looking-back channels repeat them with long memory.</summary>
    private static MonitoredFeatures Monitored(DailyFeatures features) => new(
        [.. DailyFeatures.Names.Take(MonitoredFeatures).Select((name, channel) => new MonitoredFeature(name, TcnGraph.Input, (channel * DailyFeatures.WindowLength) + DailyFeatures.WindowLength - 1))],
        features.Dates,
        [.. features.Rows.Select(row => row[..MonitoredFeatures])]);

    private static Dictionary<string, string> Tags(OhlcvSeries bars, DailyFeatures features, int fitDays, TcnSettings settings) => new()
    {
        ["model_type"] = "tcn-regime-classifier",
        ["feature_names"] = string.Join(',', DailyFeatures.Names),
        ["input"] = "raw features [B,8,64], oldest day first; the scaler is in the graph",
        ["classes"] = "0 calm, 1 normal, 2 turbulent (HMM states by variance)",
        ["labels"] = "forward filter of an HMM fitted on the fit days' returns",
        ["training_start"] = Text(bars.Dates[0]),
        ["training_end"] = Text(bars.Dates[^1]),
        ["fit_end"] = Text(features.Dates[fitDays - 1]),
        ["seed"] = settings.Seed.ToString(CultureInfo.InvariantCulture),
    };

    private static byte[] HmmFile(RegimeLabels labels, int fitDays) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            observations = fitDays,
            loglik = labels.Hmm.LogLikelihood,
            means = labels.Hmm.Means,
            variances = labels.Hmm.Variances,
            transition = labels.Hmm.Transition,
            start = labels.Hmm.Start,
        },
        Indented);

    private static byte[] ScalerFile(FeatureScaler scaler) => JsonSerializer.SerializeToUtf8Bytes(
        DailyFeatures.Names.Select((name, i) => new { feature = name, mean = scaler.Means[i], deviation = scaler.Deviations[i] }),
        Indented);

    private static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
