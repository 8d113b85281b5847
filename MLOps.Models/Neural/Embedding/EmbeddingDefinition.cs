using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Evaluation;
using MLOps.Models.Features;
using MLOps.Models.Native;
using MLOps.Models.Neural.Training;
using MLOps.Models.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace MLOps.Models.Neural.Embedding;

/// <summary>What the market embeddings share: 64 days of eight features in, a short vector out, learnt by giving the window back, held against principal components of as many numbers.</summary>
internal abstract class EmbeddingDefinition : IRowModel
{
    private const int MinimumRows = 500;
    private const int MonitoredFeatures = 5;

    /// <summary>For the principal components.</summary>
    private const int MinimumWindows = MarketFeatures.WindowLength + 1;
    private const int ParityWindows = 256;
    private const int NoiseWindows = 64;
    private const string DecoderFile = "decoder.onnx";

    public abstract string Id { get; }

    public abstract string Name { get; }

    public string Category => "Market Embedding";

    public abstract string Description { get; }

    public abstract IReadOnlyList<HyperParameter> HyperParameters { get; }

    public DataNeeds Data => DataNeeds.Bars;

    public RowContinuity Continuity => RowContinuity.Pieces;

    public int? LabelHorizon(IReadOnlyDictionary<string, string> parameters) => 0;

    public abstract ModelSignature Signature { get; }

    /// <summary>Whether windows are [64, 8]; otherwise [8, 64].</summary>
    protected abstract bool IsByDay { get; }

    private string Output => Signature.Outputs[0].Name;

    private static int Days => MarketFeatures.WindowLength;

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var settings = NeuralSettings.From(parameters) with { Schedule = LearningRates.WarmUpThenCosine, GradientNorm = 1 };
        var rows = TrainingRows.SelectTable(request, MinimumRows);
        var features = MarketFeatures.Compute([.. rows.Parts().Select(TrainingRows.Bars)]);
        var fitDays = features.Rows.Count - (int)(features.Rows.Count * settings.ValidationFraction);
        var fit = EmbeddedDays.Between(features, 0, fitDays, IsByDay);
        var validation = EmbeddedDays.Between(features, fitDays, features.Rows.Count, IsByDay);
        if (fit.Count < MinimumWindows || !validation.HasSuccessive)
        {
            throw new ModelTrainingException($"{rows.Count} rows in {rows.Pieces.Count} pieces make {fit.Count} windows to fit and {validation.Count} to validate, but at least {MinimumWindows}, and 2 of successive days, are needed; a window takes {MarketFeatures.History} rows without a gap. Give more history or another validation_fraction.");
        }

        var scaler = FeatureScaler.Fit([.. features.Rows.Take(fitDays)]);

        LibTorch.EnsureLoaded(settings.Threads);
        observer.OnProgress(0.02, "Finding principal components");
        using var network = SeededWeights.Create(settings.Seed, () => Create(scaler, parameters));
        network.Initialise(PrincipalComponents.FitEvenly(Scaled(fit.Windows, scaler), network.Width));
        using var task = new EmbeddingTask(network, fit.Windows, fit.Follows, validation.Windows);
        var training = new NeuralTrainer(settings, observer, cancellationToken).Train(task, request.Checkpoint);

        observer.OnProgress(0.96, "Exporting and checking ONNX");
        var tags = Tags(rows.Bars(), features, fitDays, settings);
        var model = OnnxModelFile.Write(EmbeddingGraphs.Encoder(network), Description, tags);
        var decoder = OnnxModelFile.Write(EmbeddingGraphs.Decoder(network), $"{Name}: embedding to scaled window.", tags);
        using var served = new ServedEmbedding(new OnnxRunner(model), new OnnxRunner(decoder), Signature, network.Width);
        var metrics = new Dictionary<string, double>(Scores(served, scaler, fit, validation))
        {
            ["best_epoch"] = training.BestEpoch,
            ["onnx_max_difference"] = CheckParity(served, network, validation.Windows),
            ["noise_sensitivity"] = NoiseSensitivity(served, validation.Windows, settings.Seed),
        };
        foreach (var (name, value) in Figures(network, validation.Windows))
        {
            metrics[name] = value;
        }

        observer.OnProgress(1, string.Create(CultureInfo.InvariantCulture, $"Validation R² {metrics["val_r2"]:F4} at epoch {training.BestEpoch}"));
        return new TrainedModel(
            [
                new ModelFile("model.onnx", model),
                new ModelFile(DecoderFile, decoder),
                new ModelFile(FeatureScalerFile.Name, FeatureScalerFile.Write(scaler, MarketFeatures.Names)),
                .. Files(network, tags),
            ],
            Signature,
            parameters.AsText,
            metrics,
            Monitored(features),
            tags);
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        var rows = data.Rows(0, to);
        var features = MarketFeatures.Compute([.. rows.Parts().Select(part => part.Bars())]);
        var first = features.FirstFrom(from);
        var before = EmbeddedDays.Between(features, 0, first, IsByDay);
        var scored = EmbeddedDays.Between(features, first, features.Rows.Count, IsByDay);
        if (!scored.HasSuccessive || before.Count < MinimumWindows)
        {
            throw new ModelTrainingException($"Rows {from} to {to} cannot be scored: there must be {(2 * Days) + MarketFeatures.LookBack} rows before them, and two successive ones among them with {MarketFeatures.History - 1} before the first of these without a gap.");
        }

        var scaler = FeatureScalerFile.Read(model.File(FeatureScalerFile.Name));
        using var served = new ServedEmbedding(model.Open("model.onnx"), model.Open(DecoderFile), Signature, (int)Signature.Outputs[0].Shape[1]);
        var turbulent = scored.Turbulent(scaler);
        var windows = Scaled(scored.Windows, scaler);
        var (embeddings, reconstructions) = served.Run(scored.Windows, scored.Bars);
        var own = EmbeddingScore.Of(embeddings, windows, reconstructions, turbulent, scored.Follows);
        var baseline = Baseline(Scaled(before.Windows, scaler), windows, turbulent, scored.Follows, embeddings[0].Length);
        return new Dictionary<string, double>([.. own.Figures(""), .. baseline.Figures("baseline_pca_"), KeyValuePair.Create("days", (double)scored.Count)]);
    }

    public ServedRows Serve(TrainedModel model, TrainingData rows)
    {
        var features = MarketFeatures.Compute(TrainingRows.Bars(rows));
        var days = EmbeddedDays.Between(features, 0, features.Rows.Count, IsByDay);
        var names = MarketFeatures.Names.Count;
        return ServedRows.Windows(
            EmbeddingNetwork.Input,
            days.Windows,
            days.Bars,
            MarketFeatures.History,
            IsByDay ? [Days, names] : [names, Days]);
    }

    protected abstract EmbeddingNetwork Create(FeatureScaler scaler, HyperParameterValues parameters);

    /// <summary>What a model has to say of itself beyond what all are asked.</summary>
    protected virtual IEnumerable<KeyValuePair<string, double>> Figures(EmbeddingNetwork network, IReadOnlyList<float[]> validation) => [];

    /// <summary>Further graphs.</summary>
    protected virtual IEnumerable<ModelFile> Files(EmbeddingNetwork network, IReadOnlyDictionary<string, string> tags) => [];

    private static EmbeddingScore Baseline(IReadOnlyList<double[]> fit, IReadOnlyList<double[]> scored, IReadOnlyList<bool> turbulent, Func<int, bool> follows, int width)
    {
        var (scores, reconstructions) = PrincipalComponents.Fit(fit, width).Apply(scored);
        return EmbeddingScore.Of(scores, scored, reconstructions, turbulent, follows);
    }

    /// <summary>Windows as the network sees them, flat.</summary>
    private double[][] Scaled(IReadOnlyList<float[]> windows, FeatureScaler scaler)
    {
        return [.. windows.Select(window => window.Select((value, i) => (double)Math.Clamp((value - scaler.Means[Feature(i)]) / scaler.Deviations[Feature(i)], -EmbeddingNetwork.Clip, EmbeddingNetwork.Clip)).ToArray())];

        int Feature(int i) => IsByDay ? i % MarketFeatures.Names.Count : i / Days;
    }

    private Dictionary<string, double> Scores(ServedEmbedding served, FeatureScaler scaler, EmbeddedDays fit, EmbeddedDays validation)
    {
        var turbulent = validation.Turbulent(scaler);
        var windows = Scaled(validation.Windows, scaler);
        var (embeddings, reconstructions) = served.Run(validation.Windows);
        var (fitted, _) = served.Run(fit.Windows);
        var stability = ValidationMetrics.Stability([fitted, embeddings]);
        return new Dictionary<string, double>(
        [
            .. EmbeddingScore.Of(embeddings, windows, reconstructions, turbulent, validation.Follows).Figures("val_"),
            .. Baseline(Scaled(fit.Windows, scaler), windows, turbulent, validation.Follows, embeddings[0].Length).Figures("baseline_pca_"),
            KeyValuePair.Create("val_psi", stability.MeanPsi),
            KeyValuePair.Create("val_rank_correlation", stability.RankCorrelation),
        ]);
    }

    private double CheckParity(ServedEmbedding served, EmbeddingNetwork network, IReadOnlyList<float[]> windows)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        float[][] checkedWindows = [.. windows.Take(ParityWindows)];
        var embedded = network.forward(Tensors.Stack(checkedWindows, network.WindowShape));
        var (embeddings, reconstructions) = served.Run(checkedWindows);
        return Math.Max(
            OnnxParity.Check(Output, Flat(Tensors.Rows(embedded)), Flat(embeddings), OnnxParity.Float32Tolerance),
            OnnxParity.Check(EmbeddingGraphs.Reconstruction, Flat(Tensors.Rows(network.Decode(embedded))), Flat(reconstructions), OnnxParity.Float32Tolerance));
    }

    /// <summary>How much the embedding feels noise of a twentieth of each input's deviation.</summary>
    private static double NoiseSensitivity(ServedEmbedding served, float[][] windows, int seed)
    {
        const double Noise = 0.05;
        var every = Math.Max(1, windows.Length / NoiseWindows);
        double[][] rows = [.. windows.Where((_, i) => i % every == 0).Select(window => Array.ConvertAll(window, value => (double)value))];
        return ValidationMetrics.NoiseSensitivity(
            inputs => served.Embed([.. inputs.Select(row => Array.ConvertAll(row, value => (float)value))]), rows, Noise, draws: 4, seed);
    }

    private static double[] Flat(IReadOnlyList<double[]> rows) => [.. rows.SelectMany(row => row)];

    /// <summary>One day's own facts are watched; the looking-back features repeat them with long memory.</summary>
    private MonitoredFeatures Monitored(MarketFeatures features) => new(
        [.. MarketFeatures.Names.Take(MonitoredFeatures).Select((name, feature) => new MonitoredFeature(
            name,
            EmbeddingNetwork.Input,
            IsByDay ? ((Days - 1) * MarketFeatures.Names.Count) + feature : (feature * Days) + Days - 1))],
        features.Dates,
        [.. features.Rows.Select(row => row[..MonitoredFeatures])]);

    private Dictionary<string, string> Tags(OhlcvSeries bars, MarketFeatures features, int fitDays, NeuralSettings settings) => new()
    {
        ["model_type"] = Id,
        ["feature_names"] = string.Join(',', MarketFeatures.Names),
        ["input"] = string.Create(CultureInfo.InvariantCulture, $"raw features {(IsByDay ? "[B,64,8]" : "[B,8,64]")}, oldest day first; scaler and clipping at {EmbeddingNetwork.Clip} deviations are in the graph"),
        ["training_start"] = TimeText.Of(bars.Dates[0]),
        ["training_end"] = TimeText.Of(bars.Dates[^1]),
        ["fit_end"] = TimeText.Of(features.Dates[fitDays - 1]),
        ["seed"] = settings.Seed.ToString(CultureInfo.InvariantCulture),
    };
}
