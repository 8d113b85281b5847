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
    private const int ParityWindows = 256;
    private const int NoiseWindows = 64;
    private const string DecoderFile = "decoder.onnx";

    public abstract string Id { get; }

    public abstract string Name { get; }

    public string Category => "Market Embedding";

    public abstract string Description { get; }

    public abstract IReadOnlyList<HyperParameter> HyperParameters { get; }

    public DataNeeds Data => DataNeeds.Bars;

    public RowContinuity Continuity => RowContinuity.Unbroken("it is measured by how its embedding moves from each day to the next");

    public abstract ModelSignature Signature { get; }

    /// <summary>Whether windows are [64, 8]; otherwise [8, 64].</summary>
    protected abstract bool IsByDay { get; }

    private string Output => Signature.Outputs[0].Name;

    private static int Days => MarketFeatures.WindowLength;

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var settings = NeuralSettings.From(parameters) with { Schedule = LearningRates.WarmUpThenCosine, GradientNorm = 1 };
        var bars = TrainingRows.Select(request, MinimumRows);
        var features = MarketFeatures.Compute(bars);
        var fitDays = features.Rows.Count - (int)(features.Rows.Count * settings.ValidationFraction);
        var scaler = FeatureScaler.Fit([.. features.Rows.Take(fitDays)]);
        var fit = Windows(features, Days - 1, fitDays);
        var validation = Windows(features, fitDays, features.Rows.Count);

        LibTorch.EnsureLoaded(settings.Threads);
        observer.OnProgress(0.02, "Finding principal components");
        using var network = SeededWeights.Create(settings.Seed, () => Create(scaler, parameters));
        network.Initialise(PrincipalComponents.FitEvenly(Scaled(fit, scaler), network.Width));
        using var task = new EmbeddingTask(network, fit, validation);
        var training = new NeuralTrainer(settings, observer, cancellationToken).Train(task, request.Checkpoint);

        observer.OnProgress(0.96, "Exporting and checking ONNX");
        var tags = Tags(bars, features, fitDays, settings);
        var model = OnnxModelFile.Write(EmbeddingGraphs.Encoder(network), Description, tags);
        var decoder = OnnxModelFile.Write(EmbeddingGraphs.Decoder(network), $"{Name}: embedding to scaled window.", tags);
        using var served = new ServedEmbedding(new OnnxRunner(model), new OnnxRunner(decoder), Signature, network.Width);
        var metrics = new Dictionary<string, double>(Scores(served, scaler, fit, validation, features, fitDays))
        {
            ["best_epoch"] = training.BestEpoch,
            ["onnx_max_difference"] = CheckParity(served, network, validation),
            ["noise_sensitivity"] = NoiseSensitivity(served, validation, settings.Seed),
        };
        foreach (var (name, value) in Figures(network, validation))
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
        var features = MarketFeatures.Compute(data.Rows(0, to).Bars());

        // Features begin some days after the first row, and the components need windows of their own.
        var first = from - MarketFeatures.LookBack;
        if (features.Rows.Count - first < 2 || first < 2 * Days)
        {
            throw new ModelTrainingException($"Rows {from} to {to} cannot be scored: there must be at least two of them, with {(2 * Days) + MarketFeatures.LookBack} rows before them.");
        }

        var scaler = FeatureScalerFile.Read(model.File(FeatureScalerFile.Name));
        var before = Windows(features, Days - 1, first);
        var scored = Windows(features, first, features.Rows.Count);
        using var served = new ServedEmbedding(model.Open("model.onnx"), model.Open(DecoderFile), Signature, (int)Signature.Outputs[0].Shape[1]);
        var turbulent = Turbulent(features, scaler, first);
        var windows = Scaled(scored, scaler);
        var (embeddings, reconstructions) = served.Run(scored, from);
        var own = EmbeddingScore.Of(embeddings, windows, reconstructions, turbulent);
        var baseline = Baseline(Scaled(before, scaler), windows, turbulent, embeddings[0].Length);
        return new Dictionary<string, double>([.. own.Figures(""), .. baseline.Figures("baseline_pca_"), KeyValuePair.Create("days", (double)scored.Length)]);
    }

    public ServedRows Serve(TrainedModel model, TrainingData rows)
    {
        var features = MarketFeatures.Compute(TrainingRows.Bars(rows));
        int[] newest = [.. Enumerable.Range(Days - 1, Math.Max(0, features.Rows.Count - Days + 1))];
        var names = MarketFeatures.Names.Count;
        return ServedRows.Windows(
            EmbeddingNetwork.Input,
            newest.Length == 0 ? [] : Windows(features, newest[0], features.Rows.Count),
            [.. newest.Select(row => row + MarketFeatures.LookBack)],
            MarketFeatures.History,
            IsByDay ? [Days, names] : [names, Days]);
    }

    protected abstract EmbeddingNetwork Create(FeatureScaler scaler, HyperParameterValues parameters);

    /// <summary>What a model has to say of itself beyond what all are asked.</summary>
    protected virtual IEnumerable<KeyValuePair<string, double>> Figures(EmbeddingNetwork network, IReadOnlyList<float[]> validation) => [];

    /// <summary>Further graphs.</summary>
    protected virtual IEnumerable<ModelFile> Files(EmbeddingNetwork network, IReadOnlyDictionary<string, string> tags) => [];

    private static EmbeddingScore Baseline(IReadOnlyList<double[]> fit, IReadOnlyList<double[]> scored, IReadOnlyList<bool> turbulent, int width)
    {
        var (scores, reconstructions) = PrincipalComponents.Fit(fit, width).Apply(scored);
        return EmbeddingScore.Of(scores, scored, reconstructions, turbulent);
    }

    /// <summary>Whether each day from <paramref name="first"/> on is of more than the training days' mean 21-day log volatility; where that leaves under a tenth of them on one side, of more than their own median.</summary>
    private static bool[] Turbulent(MarketFeatures features, FeatureScaler scaler, int first)
    {
        var channel = MarketFeatures.Names.ToList().IndexOf("log_volatility_21");
        double[] volatilities = [.. features.Rows.Skip(first).Select(row => row[channel])];
        bool[] turbulent = Array.ConvertAll(volatilities, volatility => volatility > scaler.Means[channel]);
        var median = volatilities.Order().ElementAt(volatilities.Length / 2);
        return Math.Min(turbulent.Count(high => high), turbulent.Count(high => !high)) * 10 >= turbulent.Length
            ? turbulent
            : Array.ConvertAll(volatilities, volatility => volatility >= median);
    }

    private float[][] Windows(MarketFeatures features, int first, int end) =>
        [.. Enumerable.Range(first, end - first).Select(row => IsByDay ? features.WindowByDay(row) : features.Window(row))];

    /// <summary>Windows as the network sees them, flat.</summary>
    private double[][] Scaled(IReadOnlyList<float[]> windows, FeatureScaler scaler)
    {
        return [.. windows.Select(window => window.Select((value, i) => (double)Math.Clamp((value - scaler.Means[Feature(i)]) / scaler.Deviations[Feature(i)], -EmbeddingNetwork.Clip, EmbeddingNetwork.Clip)).ToArray())];

        int Feature(int i) => IsByDay ? i % MarketFeatures.Names.Count : i / Days;
    }

    private Dictionary<string, double> Scores(ServedEmbedding served, FeatureScaler scaler, float[][] fit, float[][] validation, MarketFeatures features, int fitDays)
    {
        var turbulent = Turbulent(features, scaler, fitDays);
        var windows = Scaled(validation, scaler);
        var (embeddings, reconstructions) = served.Run(validation);
        var (fitted, _) = served.Run(fit);
        var stability = ValidationMetrics.Stability([fitted, embeddings]);
        return new Dictionary<string, double>(
        [
            .. EmbeddingScore.Of(embeddings, windows, reconstructions, turbulent).Figures("val_"),
            .. Baseline(Scaled(fit, scaler), windows, turbulent, embeddings[0].Length).Figures("baseline_pca_"),
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
