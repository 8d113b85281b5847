using MLOps.Models.Features;
using MLOps.Models.Features.Technical;
using MLOps.Models.Onnx;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Classical.Technical;

/// <summary>The thirty features as a graph in float64: bars [T, 5] to scaled features [T, 30], the same unscaled, and which bars have all of them.</summary>
internal sealed class TechnicalGraph
{
    public const string Input = "bars";
    public const string Scaled = "features";
    public const string Raw = "raw";
    public const string Ready = "ready";

    private const int Long = 20;
    private const int WilderPeriod = 14;

    private readonly OnnxGraphBuilder _graph = new("technical");
    private readonly SeriesGraph _series;
    private readonly string _open;
    private readonly string _high;
    private readonly string _low;
    private readonly string _close;
    private readonly string _volume;
    private readonly string _change;
    private readonly string _trueRange;
    private readonly string _typical;

    private TechnicalGraph()
    {
        var bars = _graph.Input(Input, OnnxElementType.Float64, "T", 5);
        _series = new SeriesGraph(_graph, bars);
        (_open, _high, _low) = (_series.Column(bars, 0), _series.Column(bars, 1), _series.Column(bars, 2));
        (_close, _volume) = (_series.Column(bars, 3), _series.Column(bars, 4));
        var before = _series.Lag(_close, 1);
        _change = _series.From(_series.Subtract(_close, before), 1);
        _trueRange = _series.From(_series.Subtract(_series.Max(_high, before), _series.Min(_low, before)), 1);
        _typical = _series.Divide(_series.Add(_series.Add(_high, _low), _close), _series.Number(3));
    }

    /// <param name="clip">Bound of a scaled feature, in deviations; 0: none.</param>
    public static GraphProto Build(FeatureScaler scaler, double clip)
    {
        var technical = new TechnicalGraph();
        var (graph, series) = (technical._graph, technical._series);
        var features = TechnicalFeatures.All.Count;
        var raw = series.Table([.. technical.Features().Select((feature, i) => series.From(feature, TechnicalFeatures.All[i].Lookback))]);
        var scaled = ScalerNodes.Write(graph, raw, scaler, clip);
        var steps = graph.Node("Unsqueeze", [series.Index, graph.Constant("column", 1L)]);
        var defined = graph.Node("GreaterOrEqual", [steps, graph.Constant("lookbacks", [.. TechnicalFeatures.All.Select(feature => (long)feature.Lookback)])]);
        var isReady = graph.Node("Cast", [series.IsFrom(TechnicalFeatures.Lookback)], OnnxAttribute.Int("to", (long)OnnxElementType.Float64));
        graph.Output(Scaled, series.Where(defined, scaled, series.Number(0)), OnnxElementType.Float64, "T", features);
        graph.Output(Raw, raw, OnnxElementType.Float64, "T", features);
        graph.Output(Ready, isReady, OnnxElementType.Float64, "T");
        return graph.Build();
    }

    /// <summary>In the order of <see cref="TechnicalFeatures.All"/>.</summary>
    private List<string> Features()
    {
        var line = AccumulationDistribution();
        var first = _series.Smooth(
        [
            Wilder(Rise(_change)),
            Wilder(Rise(_graph.Node("Neg", [_change]))),
            Wilder(_trueRange),
            WilderSum(_trueRange),
            WilderSum(Movement(true)),
            WilderSum(Movement(false)),
            Ema(_close, 0, 12),
            Ema(_close, 14, 12),
            Ema(_close, 0, 26),
            Ema(_close, 0, Long),
            FromFirst(line, 3),
            FromFirst(line, 10),
        ]);
        var macd = _series.Subtract(first[7], first[8]);
        var (plus, minus) = (Percent(first[4], first[3]), Percent(first[5], first[3]));
        var index = Percent(_series.Absolute(_series.Subtract(plus, minus)), _series.Add(plus, minus));
        var second = _series.Smooth([Ema(first[9], Long - 1, Long), Ema(macd, 25, 9), _series.FromMean(_series.From(index, WilderPeriod), WilderPeriod, WilderPeriod, 1.0 / WilderPeriod)]);
        var third = _series.Smooth([Ema(second[0], 2 * (Long - 1), Long)])[0];
        var strength = Percent(first[0], _series.Add(first[0], first[1]));
        return
        [
            strength,
            PercentagePriceOscillator(),
            PercentOfClose(_series.Subtract(macd, second[1])),
            .. Averages(first[6], first[9], second[0], third),
            PercentOfClose(first[2]),
            second[2],
            plus,
            minus,
            .. Oscillators(strength),
            .. Volumes(_series.Subtract(first[10], first[11])),
            .. Trends(third),
        ];
    }

    private string[] Averages(string ema12, string ema, string emaOfEma, string third)
    {
        var window = _series.Window(_close, Long);
        var (mean, spread) = (_series.Reduce("ReduceMean", window), Deviation(window));
        double[] weights = [.. Enumerable.Range(0, Long).Select(step => (Long - step) / (Long * (Long + 1) / 2.0))];
        var dema = _series.Subtract(_series.Multiply(2, ema), emaOfEma);
        var tema = _series.Add(_series.Multiply(3, _series.Subtract(ema, emaOfEma)), third);
        return
        [
            Distance(mean),
            Distance(ema12),
            Distance(_series.Weighted(_close, weights)),
            Distance(dema),
            Distance(tema),
            _series.Ratio(_series.Subtract(_close, mean), _series.Multiply(2, spread)),
            PercentOfClose(spread),
        ];
    }

    private string[] Oscillators(string strength)
    {
        var (highest, lowest) = (_series.Highest(_high, 14), _series.Lowest(_low, 14));
        var range = _series.Subtract(highest, lowest);
        var k = _series.Mean(Percent(_series.Subtract(_close, lowest), range), 3);
        return
        [
            CommodityChannelIndex(),
            k,
            _series.Mean(k, 3),
            StochasticRsi(strength),
            _series.Multiply(-1, Percent(_series.Subtract(highest, _close), range)),
            Recency(_series.StepsToLowest(_series.Window(_low, Long + 1))),
            Recency(_series.StepsToHighest(_series.Window(_high, Long + 1))),
            UltimateOscillator(),
        ];
    }

    private string[] Volumes(string chaikin)
    {
        var money = _series.Multiply(_typical, _volume);
        var (up, down) = Moves(_typical);
        var rising = _series.Sum(_series.Where(up, money, _series.Number(0)), 14);
        var falling = _series.Sum(_series.Where(down, money, _series.Number(0)), 14);
        var traded = _series.Sum(_volume, Long);
        return
        [
            Percent(rising, _series.Add(rising, falling)),
            _series.Ratio(_series.Sum(_series.Multiply(_graph.Node("Sign", [_change]), _volume), Long), traded),
            _series.Ratio(_series.Multiply(Long, chaikin), traded),
        ];
    }

    private string[] Trends(string third)
    {
        // Sum of (i - 6.5)² over the fourteen days.
        const double squares = 14 * ((14 * 14) - 1) / 12.0;
        double[] weights = [.. Enumerable.Range(0, 14).Select(step => (6.5 - step) / squares)];
        return
        [
            Change(_close, 10),
            Change(third, 1),
            PercentOfClose(_series.Weighted(_close, weights)),
            _series.Ratio(_series.Subtract(_close, _open), _series.Subtract(_high, _low)),
            Correlation(_series.Window(_high, 30), _series.Window(_low, 30)),
        ];
    }

    private SmoothedSeries Ema(string series, int first, int period) => _series.FromMean(series, first, period, 2.0 / (period + 1));

    private SmoothedSeries Wilder(string series) => _series.FromMean(series, 1, WilderPeriod, 1.0 / WilderPeriod);

    private SmoothedSeries WilderSum(string series) =>
        new(series, WilderPeriod - 1, _series.Multiply(1.0 / WilderPeriod, _series.Sum(series, WilderPeriod - 1)), 1.0 / WilderPeriod);

    private static SmoothedSeries FromFirst(string series, int period) => new(series, 0, series, 2.0 / (period + 1));

    private string Rise(string change) => _graph.Node("Relu", [change]);

    /// <summary>Today's rise of the high where it exceeds the fall of the low, or the other way round.</summary>
    private string Movement(bool isPlus)
    {
        var up = _series.Subtract(_high, _series.Lag(_high, 1));
        var down = _series.Subtract(_series.Lag(_low, 1), _low);
        var (one, other) = isPlus ? (up, down) : (down, up);
        return _series.From(_series.Where(_series.Greater(one, _series.Max(other, _series.Number(0))), one, _series.Number(0)), 1);
    }

    private string AccumulationDistribution()
    {
        var place = _series.Subtract(_series.Subtract(_close, _low), _series.Subtract(_high, _close));
        var flow = _series.Multiply(_series.Ratio(place, _series.Subtract(_high, _low)), _volume);
        return _graph.Node("CumSum", [flow, _graph.Scalar("time_axis", 0L)]);
    }

    private string PercentagePriceOscillator()
    {
        var slow = _series.Mean(_close, 26);
        return Percent(_series.Subtract(_series.Mean(_close, 12), slow), slow);
    }

    private string CommodityChannelIndex()
    {
        var window = _series.Window(_typical, Long);
        var mean = _series.Reduce("ReduceMean", window, keep: true);
        var deviation = _series.Reduce("ReduceMean", _series.Absolute(_series.Subtract(window, mean)));
        var distance = _series.Subtract(_typical, _series.Mean(_typical, Long));
        return _series.Where(_series.IsFlat(window), _series.Number(0), _series.Divide(distance, _series.Multiply(0.015, deviation)));
    }

    private string StochasticRsi(string strength)
    {
        var lowest = _series.Lowest(strength, 5);
        var range = _series.Subtract(_series.Highest(strength, 5), lowest);
        var isMoving = _series.Greater(range, _series.Number(TechnicalIndicators.RsiNoise));
        return _series.Where(isMoving, Percent(_series.Subtract(strength, lowest), range), _series.Number(0));
    }

    private string UltimateOscillator()
    {
        var pressure = _series.From(_series.Subtract(_close, _series.Min(_low, _series.Lag(_close, 1))), 1);
        var shares = Array.ConvertAll([7, 14, 28], period => _series.Ratio(_series.Sum(pressure, period), _series.Sum(_trueRange, period)));
        var sum = _series.Add(_series.Add(_series.Multiply(4, shares[0]), _series.Multiply(2, shares[1])), shares[2]);
        return _series.Multiply(100.0 / 7, sum);
    }

    private string Correlation(string first, string second)
    {
        var (a, b) = (Centred(first), Centred(second));
        var products = _series.Reduce("ReduceSum", _series.Multiply(a, b));
        var norm = _series.Multiply(Norm(a), Norm(b));
        var isFlat = _graph.Node("Or", [_series.IsFlat(first), _series.IsFlat(second)]);
        return _series.Where(isFlat, _series.Number(0), _series.Divide(products, norm));

        string Norm(string centred) => _series.Sqrt(_series.Reduce("ReduceSum", _series.Square(centred)));
    }

    private string Deviation(string window) => _series.Where(
        _series.IsFlat(window),
        _series.Number(0),
        _series.Sqrt(_series.Reduce("ReduceMean", _series.Square(Centred(window)))));

    private string Centred(string window) => _series.Subtract(window, _series.Reduce("ReduceMean", window, keep: true));

    private string Change(string series, int period) =>
        _series.Multiply(100, _series.Subtract(_series.Divide(series, _series.Lag(series, period)), _series.Number(1)));

    private (string Up, string Down) Moves(string series)
    {
        var change = _series.From(_series.Subtract(series, _series.Lag(series, 1)), 1);
        return (_series.Greater(change, _series.Number(0)), _series.Greater(_series.Number(0), change));
    }

    private string Recency(string stepsBack) => _series.Multiply(100.0 / Long, _series.Subtract(_series.Number(Long), stepsBack));

    private string Distance(string average) => _series.Multiply(100, _series.Subtract(_series.Divide(_close, average), _series.Number(1)));

    private string PercentOfClose(string series) => _series.Multiply(100, _series.Divide(series, _close));

    private string Percent(string a, string b) => _series.Multiply(100, _series.Ratio(a, b));
}
