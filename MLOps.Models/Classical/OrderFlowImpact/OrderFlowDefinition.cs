using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Classical.Linear;
using MLOps.Models.Classical.Microstructure;
using MLOps.Models.Data;
using MLOps.Models.Features.Microstructure;
using MLOps.Models.Onnx;

namespace MLOps.Models.Classical.OrderFlowImpact;

/// <summary>Card 27: how far the order flow at the best quotes moves their middle.</summary>
internal sealed class OrderFlowDefinition : IModelDefinition
{
    private const int MinimumIntervals = 60;
    private const int MinimumScored = 3;
    private const int PaddedIntervals = 16;
    private const string ParametersName = "parameters.json";
    private static readonly string[] Columns = ["bid", "bid_size", "ask", "ask_size"];

    public string Id => "order-flow-impact";

    public string Name => "Order-Flow Imbalance Impact";

    public string Category => "Signals";

    public string Description =>
        "Change of the middle, in ticks, that the order flow at the best quotes of an interval explains (Cont, Kukanov and Stoikov): a regression on the order flow imbalance. "
        + "Send the quotes of an interval as book [B,W,4] (bid, bid_size, ask, ask_size; oldest first, the one in force at its beginning before them; repeat that one to fill up shorter intervals), get mid_change, ofi and its path. It explains the interval itself; it is no forecast.";

    public IReadOnlyList<HyperParameter> HyperParameters => OrderFlowSettings.Declared;

    public DataNeeds Data { get; } = DataNeeds.Table("Best quotes in order of time: time, bid, bid_size, ask, ask_size.", Columns);

    public RowContinuity Continuity => RowContinuity.Pieces;

    /// <summary>An interval's order flow explains the interval itself.</summary>
    public int? LabelHorizon(IReadOnlyDictionary<string, string> parameters) => 0;

    public ModelSignature Signature { get; } = new(
        [new TensorSpec(OrderFlowGraph.Input, "float64", [-1, -1, Columns.Length])],
        [
            new TensorSpec(OrderFlowGraph.Change, "float64", [-1, 1]),
            new TensorSpec(OrderFlowGraph.Imbalance, "float64", [-1, 1]),
            new TensorSpec(OrderFlowGraph.Path, "float64", [-1, -1]),
        ]);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var settings = OrderFlowSettings.From(parameters);
        var quotes = Quotes(TrainingRows.SelectTable(request, 2));
        var intervals = Enough(quotes.Intervals(settings.Interval), MinimumIntervals);
        observer.OnProgress(0, $"Fitting {intervals.Count} intervals");
        cancellationToken.ThrowIfCancellationRequested();

        var earlier = intervals.Count - (int)(intervals.Count * parameters.RealNumber(OrderFlowSettings.ValidationFraction));
        var metrics = Figures("val_", Fit(intervals.Take(earlier), settings), Enough([.. intervals.Skip(earlier)], MinimumScored), quotes, settings);
        var fit = Fit(intervals, settings);
        foreach (var (name, value) in Figures("", fit, intervals, quotes, settings).Concat(Slopes(fit, settings)))
        {
            metrics[name] = value;
        }

        observer.OnMetrics(1, [.. metrics]);
        observer.OnProgress(0.5, "Exporting and checking ONNX");
        var tags = Tags(quotes, settings, intervals.Count);
        var model = OnnxModelFile.Write(OrderFlowGraph.Build(fit, settings.Predictors), Description, tags);
        metrics["onnx_max_difference"] = CheckParity(model, quotes, intervals, fit, settings, cancellationToken);
        observer.OnProgress(1, string.Create(CultureInfo.InvariantCulture, $"R2 {metrics["r2"]:F3}"));
        return new TrainedModel(
            [new ModelFile("model.onnx", model), new ModelFile(ParametersName, OrderFlowFile.Write(settings, fit, intervals.Count))],
            Signature,
            parameters.AsText,
            metrics,
            Monitored: null,
            tags);
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        var settings = OrderFlowFile.Settings(model.File(ParametersName));
        var quotes = Quotes(data.Rows(0, to));
        var intervals = Enough([.. quotes.Intervals(settings.Interval).Where(interval => interval.From >= from)], MinimumScored);
        using var runner = model.Open("model.onnx");
        double[] predicted = [.. intervals.Select(interval => Run(runner, Book(quotes, interval), 1, OrderFlowGraph.Change, [interval.To - 1])[0])];
        return new Dictionary<string, double>(OrderFlowScore.Figures("", predicted, Changes(intervals, settings), Follows(intervals, quotes))) { ["intervals"] = intervals.Count };
    }

    private static QuoteSeries Quotes(TrainingData data)
    {
        var quotes = new QuoteSeries(
            data.Times ?? throw new ModelTrainingException("Quotes need a time, and these rows have none: give a column 'time'."),
            QuoteRows.Positive(data, "bid"),
            QuoteRows.NotNegative(data, "bid_size"),
            QuoteRows.Positive(data, "ask"),
            QuoteRows.NotNegative(data, "ask_size")) { Pieces = data.Pieces };
        QuoteRows.CheckNotCrossed(quotes.Bid, quotes.Ask);
        return quotes;
    }

    private static IReadOnlyList<QuoteInterval> Enough(IReadOnlyList<QuoteInterval> intervals, int atLeast) => intervals.Count >= atLeast
        ? intervals
        : throw new ModelTrainingException($"The quotes make {intervals.Count} intervals that have a quote before them on the same day without a gap, but {atLeast} are needed: give more rows or shorter intervals.");

    private static RidgeRegression Fit(IEnumerable<QuoteInterval> intervals, OrderFlowSettings settings)
    {
        var rows = intervals.ToArray();
        return RidgeRegression.Fit([.. rows.Select(interval => OrderFlowPredictors.Of(interval, settings.Predictors))], Changes(rows, settings), settings.Ridge);
    }

    private static double[] Changes(IEnumerable<QuoteInterval> intervals, OrderFlowSettings settings) => [.. intervals.Select(interval => interval.MiddleChange / settings.TickSize)];

    private static double Predict(RidgeRegression fit, QuoteInterval interval, OrderFlowSettings settings) => fit.Predict(OrderFlowPredictors.Of(interval, settings.Predictors));

    private static Dictionary<string, double> Figures(string prefix, RidgeRegression fit, IReadOnlyList<QuoteInterval> intervals, QuoteSeries quotes, OrderFlowSettings settings) =>
        OrderFlowScore.Figures(prefix, [.. intervals.Select(interval => Predict(fit, interval, settings))], Changes(intervals, settings), Follows(intervals, quotes));

    private static Func<int, bool> Follows(IReadOnlyList<QuoteInterval> intervals, QuoteSeries quotes) =>
        i => !quotes.Pieces.Any(piece => piece.From > intervals[i - 1].From && piece.From <= intervals[i].From);

    private static IEnumerable<KeyValuePair<string, double>> Slopes(RidgeRegression fit, OrderFlowSettings settings) =>
    [
        .. OrderFlowPredictors.Names(settings.Predictors).Select((name, f) => KeyValuePair.Create($"slope_{name}", fit.Coefficients[f])),
        KeyValuePair.Create("intercept", fit.Intercept),
    ];

    /// <summary>The interval's quotes behind the one in force when it began, behind as many more of that one as are asked for.</summary>
    private static double[] Book(QuoteSeries quotes, QuoteInterval interval, int padding = 0) =>
    [
        .. Enumerable.Repeat(interval.From - 1, padding)
            .Concat(Enumerable.Range(interval.From - 1, interval.To - interval.From + 1))
            .SelectMany(row => new[] { quotes.Bid[row], quotes.BidSize[row], quotes.Ask[row], quotes.AskSize[row] }),
    ];

    private static double[] Run(OnnxRunner runner, double[] books, int count, string output, IEnumerable<int>? rows = null) =>
        runner.Run<double>([(OrderFlowGraph.Input, books, [count, books.Length / count / Columns.Length, Columns.Length])], [output], rows)[0];

    /// <summary>Every interval by itself, then the shortest together, filled up to one length.</summary>
    private static double CheckParity(byte[] model, QuoteSeries quotes, IReadOnlyList<QuoteInterval> intervals, RidgeRegression fit, OrderFlowSettings settings, CancellationToken cancellationToken)
    {
        using var runner = new OnnxRunner(model);
        var alone = new List<double>();
        foreach (var interval in intervals)
        {
            cancellationToken.ThrowIfCancellationRequested();
            alone.Add(Run(runner, Book(quotes, interval), 1, OrderFlowGraph.Change)[0]);
        }

        var worst = OnnxParity.Check(OrderFlowGraph.Change, [.. intervals.Select(interval => Predict(fit, interval, settings))], [.. alone], OnnxParity.Float64Tolerance);
        var together = intervals.OrderBy(interval => interval.To - interval.From).Take(PaddedIntervals).ToArray();
        var longest = together[^1].To - together[^1].From;
        double[] books = [.. together.SelectMany(interval => Book(quotes, interval, longest - (interval.To - interval.From)))];
        var flows = Run(runner, books, together.Length, OrderFlowGraph.Imbalance);
        return Math.Max(worst, OnnxParity.Check(OrderFlowGraph.Imbalance, [.. together.Select(interval => interval.Imbalance)], flows, OnnxParity.Float64Tolerance));
    }

    private Dictionary<string, string> Tags(QuoteSeries quotes, OrderFlowSettings settings, int intervals) => new()
    {
        ["model_type"] = Id,
        ["feature_names"] = string.Join(',', OrderFlowPredictors.Names(settings.Predictors)),
        ["input"] = $"book [B,W,4]: {string.Join(", ", Columns)}; oldest first, the quote in force at the interval's beginning before them",
        ["conventions"] = string.Create(CultureInfo.InvariantCulture, $"intervals of {settings.IntervalSeconds} s by the clock, none over two days; changes in ticks of {settings.TickSize}; sizes as quoted"),
        ["intervals"] = intervals.ToString(CultureInfo.InvariantCulture),
        ["training_start"] = quotes.Times[0].ToString("O", CultureInfo.InvariantCulture),
        ["training_end"] = quotes.Times[^1].ToString("O", CultureInfo.InvariantCulture),
    };
}
