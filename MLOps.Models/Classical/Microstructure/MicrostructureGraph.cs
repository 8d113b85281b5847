using MLOps.Models.Features;
using MLOps.Models.Features.Microstructure;
using MLOps.Models.Onnx;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Classical.Microstructure;

/// <summary>The twelve features as a graph in float64: trades with their quotes [T, 6] to scaled features [T, 12], and the same unscaled.</summary>
internal sealed class MicrostructureGraph
{
    public const string Input = "trades";
    public const string Scaled = "features";
    public const string Raw = "raw";

    private readonly OnnxGraphBuilder _graph = new("microstructure");
    private readonly SeriesGraph _series;
    private readonly int _window;
    private readonly string _price;
    private readonly string _size;
    private readonly string _bid;
    private readonly string _ask;
    private readonly string _bidSize;
    private readonly string _askSize;
    private readonly string _middle;
    private readonly string _counts;

    private MicrostructureGraph(int window)
    {
        var trades = _graph.Input(Input, OnnxElementType.Float64, "T", Columns.Count);
        _series = new SeriesGraph(_graph, trades);
        _window = window;
        (_price, _size, _bid) = (_series.Column(trades, 0), _series.Column(trades, 1), _series.Column(trades, 2));
        (_ask, _bidSize, _askSize) = (_series.Column(trades, 3), _series.Column(trades, 4), _series.Column(trades, 5));
        _middle = _series.Divide(_series.Add(_bid, _ask), _series.Number(2));
        _counts = _series.Min(_series.Add(_graph.Node("Cast", [_series.Index], OnnxAttribute.Int("to", (long)OnnxElementType.Float64)), _series.Number(1)), _series.Number(window));
    }

    /// <summary>Columns of the input in order.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["price", "size", "bid", "ask", "bid_size", "ask_size"];

    public static GraphProto Build(FeatureScaler scaler, int window, double clip)
    {
        var features = MicrostructureFeatures.Names.Count;
        var micro = new MicrostructureGraph(window);
        var raw = micro._series.Table([.. micro.Features()]);
        micro._graph.Output(Scaled, ScalerNodes.Write(micro._graph, raw, scaler, clip), OnnxElementType.Float64, "T", features);
        micro._graph.Output(Raw, raw, OnnxElementType.Float64, "T", features);
        return micro._graph.Build();
    }

    /// <summary>In the order of <see cref="MicrostructureFeatures.Names"/>.</summary>
    private List<string> Features()
    {
        var sign = Sign();
        var spread = _series.Subtract(_ask, _bid);
        var effective = _series.Divide(_series.Multiply(20_000, _series.Absolute(_series.Subtract(_price, _middle))), _middle);
        var imbalance = _series.Ratio(_series.Subtract(_bidSize, _askSize), _series.Add(_bidSize, _askSize));
        var relative = _series.Divide(spread, _middle);
        return
        [
            sign,
            _series.Multiply(10_000, relative),
            effective,
            imbalance,
            _series.Multiply(5_000, _series.Multiply(imbalance, relative)),
            .. OfWindows(sign, effective),
        ];
    }

    private string[] OfWindows(string sign, string effective)
    {
        var value = _series.Multiply(_price, _size);
        var (bought, roots) = (_series.Multiply(sign, _size), _series.Multiply(sign, _series.Sqrt(value)));
        var (returns, middleReturns) = (Returns(_price), Returns(_middle));
        var volume = Sum(_size);
        var depth = Sum(_series.Multiply(0.5, _series.Add(_bidSize, _askSize)));
        return
        [
            _series.Ratio(Sum(bought), volume),
            _series.Ratio(_series.Multiply(Sum(OrderFlowContributions()), _counts), depth),
            MeanOf(effective),
            Roll(returns),
            _series.Sqrt(_series.Max(MeanOf(_series.Square(middleReturns)), _series.Number(0))),
            _series.Divide(_series.Multiply(Slope(bought, returns), volume), _counts),
            _series.Multiply(Slope(roots, returns), _series.Sqrt(_series.Divide(Sum(value), _counts))),
        ];
    }

    /// <summary>Lee and Ready: the side of the middle, else the side of the last change of price, which a recursion carries on.</summary>
    private string Sign()
    {
        var tick = _graph.Node("Sign", [_series.From(_series.Subtract(_price, _series.Lag(_price, 1)), 1)]);
        var carried = _series.Recur(_series.Table([_series.Absolute(tick)]), _series.Table([tick]), 1)[0];
        var quote = _graph.Node("Sign", [_series.Subtract(_price, _middle)]);
        return _series.Where(_series.IsZero(quote), carried, quote);
    }

    private string OrderFlowContributions()
    {
        var bid = Side(_bid, _bidSize);
        var ask = Side(_graph.Node("Neg", [_ask]), _askSize);
        return _series.From(_series.Subtract(bid, ask), 1);
    }

    private string Side(string price, string size)
    {
        var (before, sizeBefore) = (_series.Lag(price, 1), _series.Lag(size, 1));
        var came = _series.Where(_series.Greater(before, price), _series.Number(0), size);
        var left = _series.Where(_series.Greater(price, before), _series.Number(0), sizeBefore);
        return _series.Subtract(came, left);
    }

    private string Roll(string returns)
    {
        var before = _series.Lag(returns, 1);
        var covariance = _series.Subtract(MeanOf(_series.Multiply(returns, before)), _series.Multiply(MeanOf(returns), MeanOf(before)));
        var reversal = _graph.Node("Neg", [covariance]);
        var isReal = _series.Greater(reversal, _series.Multiply(MicrostructureFeatures.SmallestCovariance, MeanOf(_series.Square(returns))));
        return _series.Where(isReal, _series.Multiply(2, _series.Sqrt(_series.Absolute(reversal))), _series.Number(0));
    }

    private string Slope(string x, string y)
    {
        var (sumX, sumY, squares) = (Sum(x), Sum(y), Sum(_series.Square(x)));
        var spread = _series.Subtract(squares, _series.Divide(_series.Square(sumX), _counts));
        var products = _series.Subtract(Sum(_series.Multiply(x, y)), _series.Divide(_series.Multiply(sumX, sumY), _counts));
        var isReal = _series.Greater(spread, _series.Multiply(MicrostructureFeatures.SmallestVariance, squares));
        return _series.Where(isReal, _series.Divide(products, spread), _series.Number(0));
    }

    private string Returns(string prices) =>
        _series.From(_series.Multiply(10_000, _graph.Node("Log", [_series.Divide(prices, _series.Lag(prices, 1))])), 1);

    private string Sum(string series) => _series.RunningSum(series, _window);

    private string MeanOf(string series) => _series.Divide(Sum(series), _counts);
}
