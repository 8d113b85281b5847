namespace MLOps.Models.Features;

/// <summary>The allocator's state [24] at each time: what its factors did up to then, and what the portfolio holds now. Training and callers use this same code.</summary>
/// <remarks>24 / factors features of each factor, in the order of <see cref="FactorFeatures"/>, factor by factor; what is left over is filled with <see cref="MarketFeatures"/>.</remarks>
public sealed class AllocationState
{
    public const int Size = 24;

    /// <summary>Steps that the longest feature looks back: the state exists from this row on.</summary>
    public const int History = Quarter;

    private const int Week = 5;
    private const int Fortnight = 10;
    private const int Month = 21;
    private const int TwoMonths = 42;
    private const int Quarter = 63;

    private readonly AllocationFactors _factors;
    private readonly int _perFactor;
    private readonly double[][] _rows;

    private AllocationState(AllocationFactors factors, int perFactor, double[][] rows)
    {
        _factors = factors;
        _perFactor = perFactor;
        _rows = rows;
    }

    /// <summary>Features of a factor: what the portfolio holds of it before trading, then returns summed, volatilities as root mean square and the distance from the high, in percent (log), over so many steps.</summary>
    public static IReadOnlyList<string> FactorFeatures { get; } =
    [
        "weight", "momentum_21", "volatility_21", "momentum_63", "momentum_5", "drawdown_63", "return",
        "volatility_5", "volatility_63", "momentum_10", "momentum_42", "share_up_21",
    ];

    /// <summary>Features of the assets held in equal parts; dispersion is the root mean square distance of an asset's return from theirs.</summary>
    public static IReadOnlyList<string> MarketFeatures { get; } =
        ["market_volatility_21", "market_momentum_21", "market_dispersion_21", "market_momentum_63", "market_volatility_5", "market_drawdown_63"];

    /// <summary>Rows of prices that were given; a state exists from row <see cref="History"/> on.</summary>
    public int Rows => _rows.Length;

    /// <param name="prices">One row a time, one column an asset; positive.</param>
    public static AllocationState Compute(AllocationFactors factors, IReadOnlyList<double[]> prices)
    {
        var assets = LogReturns(prices);
        double[][] factorReturns = [.. assets.Select(row => factors.Of(row))];
        double[] market = [.. assets.Select(row => row.Average())];
        double[] dispersion = [.. assets.Select((row, t) => Math.Sqrt(row.Average(value => (value - market[t]) * (value - market[t]))))];
        var perFactor = Size / factors.Loadings.Length;
        var columns = Enumerable.Range(0, factors.Loadings.Length).Select(factor => factorReturns.Select(row => row[factor]).ToArray()).ToArray();
        return new AllocationState(factors, perFactor, [.. prices.Select((_, row) => row < History ? [] : Row(columns, market, dispersion, perFactor, row))]);
    }

    /// <summary>Names of the 24 features in order.</summary>
    public static IReadOnlyList<string> Names(AllocationFactors factors)
    {
        var perFactor = Size / factors.Loadings.Length;
        var names = Enumerable.Range(0, factors.Loadings.Length)
            .SelectMany(factor => FactorFeatures.Take(perFactor).Select(feature => $"{(factors.ArePrincipal ? FormattableString.Invariant($"pc{factor + 1}") : factors.Assets[factor])}_{feature}"));
        return [.. names, .. MarketFeatures.Take(Size - (perFactor * factors.Loadings.Length))];
    }

    /// <summary>The state at a row of prices, which uses that row and those before it.</summary>
    /// <param name="weights">What is held before trading, one an asset; sums to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than <see cref="History"/> rows lead up to it.</exception>
    public float[] At(int row, ReadOnlySpan<double> weights)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(row, History);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, _rows.Length);
        var state = Array.ConvertAll(_rows[row], value => (float)value);
        var held = _factors.Of(weights);
        for (var factor = 0; factor < held.Length; factor++)
        {
            state[factor * _perFactor] = (float)held[factor];
        }

        return state;
    }

    private static double[] Row(double[][] factors, double[] market, double[] dispersion, int perFactor, int row)
    {
        // Return t leads from price t to price t + 1: the newest at a row of prices is the one before it.
        var last = row - 1;
        var values = new List<double>(Size);
        foreach (var returns in factors)
        {
            values.AddRange(OfFactor(returns, last).Take(perFactor));
        }

        values.AddRange(OfMarket(market, dispersion, last).Take(Size - values.Count));
        return [.. values];
    }

    private static IEnumerable<double> OfFactor(double[] returns, int last) =>
    [
        0,
        Sum(returns, last, Month),
        RootMeanSquare(returns, last, Month),
        Sum(returns, last, Quarter),
        Sum(returns, last, Week),
        Drawdown(returns, last, Quarter),
        returns[last],
        RootMeanSquare(returns, last, Week),
        RootMeanSquare(returns, last, Quarter),
        Sum(returns, last, Fortnight),
        Sum(returns, last, TwoMonths),
        Span(returns, last, Month).Count(value => value > 0) / (double)Month,
    ];

    private static IEnumerable<double> OfMarket(double[] market, double[] dispersion, int last) =>
    [
        RootMeanSquare(market, last, Month),
        Sum(market, last, Month),
        RootMeanSquare(dispersion, last, Month),
        Sum(market, last, Quarter),
        RootMeanSquare(market, last, Week),
        Drawdown(market, last, Quarter),
    ];

    private static double[][] LogReturns(IReadOnlyList<double[]> prices) =>
        [.. prices.Zip(prices.Skip(1)).Select(pair => pair.First.Zip(pair.Second).Select(price => 100 * Math.Log(price.Second / price.First)).ToArray())];

    private static ArraySegment<double> Span(double[] values, int last, int length) => new(values, last - length + 1, length);

    private static double Sum(double[] values, int last, int length) => Span(values, last, length).Sum();

    private static double RootMeanSquare(double[] values, int last, int length) => Math.Sqrt(Span(values, last, length).Average(value => value * value));

    /// <summary>How far the summed returns are below their highest within the span, its beginning included.</summary>
    private static double Drawdown(double[] values, int last, int length)
    {
        var (level, high) = (0.0, 0.0);
        foreach (var value in Span(values, last, length))
        {
            level += value;
            high = Math.Max(high, level);
        }

        return high - level;
    }
}
