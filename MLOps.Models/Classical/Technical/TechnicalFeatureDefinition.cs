using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Features;
using MLOps.Models.Features.Technical;
using MLOps.Models.Onnx;

namespace MLOps.Models.Classical.Technical;

/// <summary>Card 10: thirty technical indicators of daily bars, scaled by the training rows.</summary>
internal sealed class TechnicalFeatureDefinition : IModelDefinition
{
    private const int MinimumRows = 3 * TechnicalFeatures.Lookback;
    private const string ScalerName = "scaler.json";
    private const string BarsScalerName = "scaler-bars.json";
    private const string Clip = "clip";
    private const string ValidationFraction = "validation_fraction";

    public string Id => "technical-features";

    public string Name => "Technical Feature Extractor";

    public string Category => "Feature Extraction";

    public string Description =>
        "Thirty features of each daily bar from TA-Lib's indicators, free of the level of price and volume and scaled by the training rows. "
        + "Send a history of bars [T,5] (open, high, low, close, volume; oldest first), get the features of every bar; those of the first 58 are incomplete, which ready says.";

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        HyperParameterOf.RealNumber(Clip, 8, 0, 100, "Bound of a scaled feature, in training deviations; 0: none."),
        HyperParameterOf.RealNumber(ValidationFraction, 0.2, 0.05, 0.5, "Last part of the training rows on which a scaler of the rows before it is tried. The exported scaler is fitted on all training rows."),
    ];

    public DataNeeds Data => DataNeeds.Bars;

    public RowContinuity Continuity => RowContinuity.Unbroken("its exponential averages remember all bars before");

    public ModelSignature Signature { get; } = new(
        [new TensorSpec(TechnicalGraph.Input, "float64", [-1, 5])],
        [
            new TensorSpec(TechnicalGraph.Scaled, "float64", [-1, TechnicalFeatures.All.Count]),
            new TensorSpec(TechnicalGraph.Raw, "float64", [-1, TechnicalFeatures.All.Count]),
            new TensorSpec(TechnicalGraph.Ready, "float64", [-1]),
        ]);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var bars = TrainingRows.Select(request, MinimumRows);
        observer.OnProgress(0, $"Computing {TechnicalFeatures.All.Count} features of {bars.Count} bars");
        var features = TechnicalFeatures.Compute(bars);
        double[][] complete = [.. features.Rows.Skip(TechnicalFeatures.Lookback)];
        var levels = Levels(bars);
        cancellationToken.ThrowIfCancellationRequested();

        var earlier = complete.Length - (int)(complete.Length * parameters.RealNumber(ValidationFraction));
        var validation = Shifts("val_", complete[earlier..], FeatureScaler.Fit(complete[..earlier]), levels[earlier..], FeatureScaler.Fit(levels[..earlier]));
        observer.OnMetrics(1, validation);

        observer.OnProgress(0.5, "Exporting and checking ONNX");
        var scaler = FeatureScaler.Fit(complete);
        var tags = Tags(bars);
        var model = OnnxModelFile.Write(TechnicalGraph.Build(scaler, parameters.RealNumber(Clip)), Description, tags);
        cancellationToken.ThrowIfCancellationRequested();
        var parity = CheckParity(model, bars, features, scaler, parameters.RealNumber(Clip));
        observer.OnProgress(1, string.Create(CultureInfo.InvariantCulture, $"Largest difference between the graph and the trainer {parity:E1}"));
        var metrics = new Dictionary<string, double>(validation) { ["onnx_max_difference"] = parity };
        return new TrainedModel(
            [
                new ModelFile("model.onnx", model),
                new ModelFile(ScalerName, FeatureScalerFile.Write(scaler, TechnicalFeatures.All.Select(feature => feature.Name))),
                new ModelFile(BarsScalerName, FeatureScalerFile.Write(FeatureScaler.Fit(levels), ["open", "high", "low", "close", "volume"])),
            ],
            Signature,
            parameters.AsText,
            metrics,
            Monitored: null,
            tags);
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        var first = Math.Max(from, TechnicalFeatures.Lookback);
        if (to <= first)
        {
            throw new ModelTrainingException($"Rows {from} to {to} cannot be scored: none of them has the {TechnicalFeatures.Lookback} bars before it that every feature needs.");
        }

        var bars = data.Rows(0, to).Bars();
        using var runner = model.Open("model.onnx");
        var rows = Run(runner, bars, TechnicalGraph.Raw, Enumerable.Range(0, to)).Chunk(TechnicalFeatures.All.Count).Skip(first).ToArray();
        var shifts = Shifts("", rows, FeatureScalerFile.Read(model.File(ScalerName)), Levels(bars)[(first - TechnicalFeatures.Lookback)..], FeatureScalerFile.Read(model.File(BarsScalerName)));
        return new Dictionary<string, double>(shifts) { ["rows"] = rows.Length };
    }

    /// <summary>The features beside the baseline: the bars themselves, scaled in the same way.</summary>
    private static List<KeyValuePair<string, double>> Shifts(string prefix, double[][] features, FeatureScaler scaler, double[][] bars, FeatureScaler barsScaler) =>
        [.. FeatureShift.Figures(prefix, FeatureShift.Of(features, scaler), "bars", FeatureShift.Of(bars, barsScaler))];

    /// <summary>The bars from the first on that has all features.</summary>
    private static double[][] Levels(OhlcvSeries bars) => [.. Flat(bars).Chunk(5).Skip(TechnicalFeatures.Lookback)];

    private static double[] Flat(OhlcvSeries bars) =>
        [.. Enumerable.Range(0, bars.Count).SelectMany(t => new[] { bars.Open[t], bars.High[t], bars.Low[t], bars.Close[t], bars.Volume[t] })];

    private static double[] Run(OnnxRunner runner, OhlcvSeries bars, string output, IEnumerable<int>? days = null) =>
        runner.Run<double>([(TechnicalGraph.Input, Flat(bars), [bars.Count, 5])], [output], days)[0];

    /// <summary>The features against the trainer's, and the scaler's nodes on what the graph has: a feature that hardly varies is divided by so little that its last digits would be compared.</summary>
    private static double CheckParity(byte[] model, OhlcvSeries bars, TechnicalFeatures features, FeatureScaler scaler, double clip)
    {
        using var runner = new OnnxRunner(model);
        double[] raw = [.. features.Rows.SelectMany(row => row)];
        var served = Run(runner, bars, TechnicalGraph.Raw);
        double[] scaled = [.. served.Select((value, i) => double.IsNaN(raw[i]) ? 0 : ScalerNodes.Scale(value, scaler, i % TechnicalFeatures.All.Count, clip))];
        return Math.Max(
            OnnxParity.Check(TechnicalGraph.Raw, Array.ConvertAll(raw, value => double.IsNaN(value) ? 0 : value), served, OnnxParity.Float64Tolerance),
            OnnxParity.Check(TechnicalGraph.Scaled, scaled, Run(runner, bars, TechnicalGraph.Scaled), OnnxParity.Float64Tolerance));
    }

    private Dictionary<string, string> Tags(OhlcvSeries bars) => new()
    {
        ["model_type"] = Id,
        ["feature_names"] = string.Join(',', TechnicalFeatures.All.Select(feature => feature.Name)),
        ["lookbacks"] = string.Join(',', TechnicalFeatures.All.Select(feature => feature.Lookback)),
        ["input"] = "bars [T,5]: open, high, low, close, volume; oldest first; at least 59 for one complete row",
        ["conventions"] = "TA-Lib, unstable period 0; 0 where a feature is not yet defined; population deviations",
        ["training_start"] = TimeText.Of(bars.Dates[0]),
        ["training_end"] = TimeText.Of(bars.Dates[^1]),
    };
}
