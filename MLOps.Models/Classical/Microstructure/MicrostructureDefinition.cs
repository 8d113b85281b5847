using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Features;
using MLOps.Models.Features.Microstructure;
using MLOps.Models.Onnx;

namespace MLOps.Models.Classical.Microstructure;

/// <summary>Card 11: spreads, order flow and price impact of each trade.</summary>
internal sealed class MicrostructureDefinition : IModelDefinition
{
    private const int MinimumRows = 200;
    private const string ScalerName = "scaler.json";
    private const string RowsScalerName = "scaler-trades.json";
    private const string Window = "window";
    private const string Clip = "clip";
    private const string ImpactMinutes = "impact_minutes";
    private const string ValidationFraction = "validation_fraction";

    public string Id => "microstructure-features";

    public string Name => "Microstructure Feature Extractor";

    public string Category => "Feature Extraction";

    public string Description =>
        "Twelve features of each trade from it, the quote before it and the last trades: side (Lee-Ready), spreads, depth and order-flow imbalance, Roll's spread, Kyle's and Hasbrouck's lambda; scaled by the training rows. "
        + "Send trades [T,6] (price, size, bid, ask, bid_size, ask_size; oldest first), get the features of every one.";

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        HyperParameterOf.WholeNumber(Window, 100, 3, 100_000, "Trades that the looking-back features look back over."),
        HyperParameterOf.RealNumber(Clip, 8, 0, 100, "Bound of a scaled feature, in training deviations; 0: none."),
        HyperParameterOf.RealNumber(ImpactMinutes, 5, 0.01, 1440, "Minutes of the intervals over which the price impact of all training trades is measured."),
        HyperParameterOf.RealNumber(ValidationFraction, 0.2, 0.05, 0.5, "Last part of the training rows on which a scaler of the rows before it is tried. The exported scaler is fitted on all training rows."),
    ];

    public DataNeeds Data { get; } = DataNeeds.Table(
        "Trades in order of time, each with the best quote in force before it: time, price, size, bid, ask, bid_size, ask_size.",
        MicrostructureGraph.Columns);

    public RowContinuity Continuity => RowContinuity.Unbroken("its features are made of trades that follow each other, and it learns no more of them than their scale");

    public ModelSignature Signature { get; } = new(
        [new TensorSpec(MicrostructureGraph.Input, "float64", [-1, MicrostructureGraph.Columns.Count])],
        [
            new TensorSpec(MicrostructureGraph.Scaled, "float64", [-1, MicrostructureFeatures.Names.Count]),
            new TensorSpec(MicrostructureGraph.Raw, "float64", [-1, MicrostructureFeatures.Names.Count]),
        ]);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var (window, clip) = (parameters.WholeNumber(Window), parameters.RealNumber(Clip));
        var data = TrainingRows.SelectTable(request, MinimumRows);
        var trades = TradeRows.Of(data);
        observer.OnProgress(0, $"Computing {MicrostructureFeatures.Names.Count} features of {trades.Count} trades");
        var features = MicrostructureFeatures.Compute(trades, window);
        var rows = Rows(trades);
        cancellationToken.ThrowIfCancellationRequested();

        var earlier = features.Length - (int)(features.Length * parameters.RealNumber(ValidationFraction));
        var metrics = new Dictionary<string, double>(Shifts("val_", features[earlier..], FeatureScaler.Fit(features[..earlier]), rows[earlier..], FeatureScaler.Fit(rows[..earlier])));
        foreach (var (name, value) in Market(data, trades, TimeSpan.FromMinutes(parameters.RealNumber(ImpactMinutes))))
        {
            metrics[name] = value;
        }

        observer.OnMetrics(1, [.. metrics]);
        observer.OnProgress(0.5, "Exporting and checking ONNX");
        var scaler = FeatureScaler.Fit(features);
        var tags = Tags(data, window);
        var model = OnnxModelFile.Write(MicrostructureGraph.Build(scaler, window, clip), Description, tags);
        cancellationToken.ThrowIfCancellationRequested();
        metrics["onnx_max_difference"] = CheckParity(model, rows, features, scaler, clip);
        observer.OnProgress(1, string.Create(CultureInfo.InvariantCulture, $"{trades.Count} trades, {metrics["buys"]} bought"));
        return new TrainedModel(
            [
                new ModelFile("model.onnx", model),
                new ModelFile(ScalerName, FeatureScalerFile.Write(scaler, MicrostructureFeatures.Names)),
                new ModelFile(RowsScalerName, FeatureScalerFile.Write(FeatureScaler.Fit(rows), MicrostructureGraph.Columns)),
            ],
            Signature,
            parameters.AsText,
            metrics,
            Monitored: null,
            tags);
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        if (to <= from)
        {
            throw new ModelTrainingException($"Rows {from} to {to} cannot be scored: there are none.");
        }

        var rows = Rows(TradeRows.Of(data.Rows(0, to)));
        using var runner = model.Open("model.onnx");
        var features = Run(runner, rows, MicrostructureGraph.Raw, Enumerable.Range(0, to)).Chunk(MicrostructureFeatures.Names.Count).Skip(from).ToArray();
        var shifts = Shifts("", features, FeatureScalerFile.Read(model.File(ScalerName)), rows[from..], FeatureScalerFile.Read(model.File(RowsScalerName)));
        return new Dictionary<string, double>(shifts) { ["rows"] = features.Length };
    }

    /// <summary>The features beside the baseline: prices and sizes themselves, scaled in the same way.</summary>
    private static IEnumerable<KeyValuePair<string, double>> Shifts(string prefix, double[][] features, FeatureScaler scaler, double[][] rows, FeatureScaler rowsScaler) =>
        FeatureShift.Figures(prefix, FeatureShift.Of(features, scaler), "trades", FeatureShift.Of(rows, rowsScaler));

    /// <summary>Figures of the market that the training rows come from, as the literature gives them.</summary>
    private static Dictionary<string, double> Market(TrainingData data, TradesAndQuotes trades, TimeSpan interval)
    {
        var middles = trades.Middles();
        var signs = TradeSigns.LeeReady(trades.Price, middles);
        var figures = new Dictionary<string, double>
        {
            ["buys"] = signs.Count(sign => sign > 0),
            ["sells"] = signs.Count(sign => sign < 0),
            ["quoted_spread_mean"] = trades.Ask.Zip(trades.Bid, (ask, bid) => ask - bid).Average(),
            ["effective_spread_mean"] = trades.Price.Zip(middles, Spreads.Effective).Average(),
            ["roll_spread"] = Spreads.Roll([.. trades.Price.Zip(trades.Price.Skip(1), (before, now) => now - before)]),
        };
        if (data.Times is { } times)
        {
            var intervals = PriceImpact.Intervals(times, trades.Price, trades.Size, signs, interval);
            Add(figures, "kyle_lambda", PriceImpact.Kyle(intervals));
            Add(figures, "hasbrouck_lambda", PriceImpact.Hasbrouck(intervals));
        }

        return figures;
    }

    private static void Add(Dictionary<string, double> figures, string name, LinearFit? fit)
    {
        if (fit is not null)
        {
            figures[name] = fit.Slope;
            figures[$"{name}_r2"] = fit.R2;
        }
    }

    private static double[][] Rows(TradesAndQuotes trades) =>
        [.. Enumerable.Range(0, trades.Count).Select(t => new[] { trades.Price[t], trades.Size[t], trades.Bid[t], trades.Ask[t], trades.BidSize[t], trades.AskSize[t] })];

    private static double[] Run(OnnxRunner runner, double[][] rows, string output, IEnumerable<int>? trades = null) =>
        runner.Run<double>([(MicrostructureGraph.Input, [.. rows.SelectMany(row => row)], [rows.Length, MicrostructureGraph.Columns.Count])], [output], trades)[0];

    private static double CheckParity(byte[] model, double[][] rows, double[][] features, FeatureScaler scaler, double clip)
    {
        using var runner = new OnnxRunner(model);
        double[] raw = [.. features.SelectMany(row => row)];
        double[] scaled = [.. features.SelectMany(row => row.Select((value, f) => ScalerNodes.Scale(value, scaler, f, clip)))];
        return Math.Max(
            OnnxParity.Check(MicrostructureGraph.Raw, raw, Run(runner, rows, MicrostructureGraph.Raw), OnnxParity.Float64Tolerance),
            OnnxParity.Check(MicrostructureGraph.Scaled, scaled, Run(runner, rows, MicrostructureGraph.Scaled), OnnxParity.Float64Tolerance));
    }

    private Dictionary<string, string> Tags(TrainingData data, int window)
    {
        var tags = new Dictionary<string, string>
        {
            ["model_type"] = Id,
            ["feature_names"] = string.Join(',', MicrostructureFeatures.Names),
            ["input"] = $"trades [T,6]: {string.Join(", ", MicrostructureGraph.Columns)}; oldest first; the quote is the last strictly before the trade",
            ["conventions"] = string.Create(CultureInfo.InvariantCulture, $"Lee-Ready with the tick rule at the middle; windows of {window} trades, shorter at the start; bp of the middle, log returns in bp; lambdas per mean trade of the window"),
        };
        if (data.Times is { } times)
        {
            tags["training_start"] = times[0].ToString("O", CultureInfo.InvariantCulture);
            tags["training_end"] = times[^1].ToString("O", CultureInfo.InvariantCulture);
        }

        return tags;
    }
}
