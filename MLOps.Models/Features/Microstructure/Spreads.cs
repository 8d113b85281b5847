using MLOps.Models.Data;

namespace MLOps.Models.Features.Microstructure;

/// <summary>What trading costs, from quotes, trades or bars.</summary>
public static class Spreads
{
    private static readonly double CorwinSchultzScale = 3 - (2 * Math.Sqrt(2));

    /// <summary>(ask − bid) in basis points of the middle.</summary>
    public static double QuotedBasisPoints(double bid, double ask) => 10_000 * (ask - bid) / Middle(bid, ask);

    /// <summary>Twice the distance of a trade from the middle, in price.</summary>
    public static double Effective(double price, double middle) => 2 * Math.Abs(price - middle);

    public static double Middle(double bid, double ask) => (bid + ask) / 2;

    /// <summary>Sample covariance (n − 1) of successive changes; NaN for fewer than three.</summary>
    public static double SerialCovariance(ReadOnlySpan<double> changes)
    {
        var pairs = changes.Length - 1;
        if (pairs < 2)
        {
            return double.NaN;
        }

        var (earlier, later) = (Mean(changes[..pairs]), Mean(changes[1..]));
        var sum = 0.0;
        for (var i = 0; i < pairs; i++)
        {
            sum += (changes[i] - earlier) * (changes[i + 1] - later);
        }

        return sum / (pairs - 1);
    }

    /// <summary>Roll (1984): 2·√−c of the serial covariance c of the changes, in their unit; 0 where c is not negative and the model says nothing.</summary>
    /// <param name="changes">Changes of price for a spread in price, log returns for a relative one.</param>
    public static double Roll(ReadOnlySpan<double> changes)
    {
        var covariance = SerialCovariance(changes);
        return double.IsNaN(covariance) ? double.NaN : 2 * Math.Sqrt(Math.Max(0, -covariance));
    }

    /// <summary>Corwin and Schultz (2012): relative spread from the highs and lows of two days, without their adjustment for the night between; one a day, NaN on the first. Negative where the estimate is; take those as 0 for a mean.</summary>
    public static double[] CorwinSchultz(OhlcvSeries bars)
    {
        var spreads = new double[bars.Count];
        for (var t = 0; t < spreads.Length; t++)
        {
            spreads[t] = t == 0 ? double.NaN : CorwinSchultz(bars, t);
        }

        return spreads;
    }

    private static double CorwinSchultz(OhlcvSeries bars, int t)
    {
        var single = Square(Math.Log(bars.High[t - 1] / bars.Low[t - 1])) + Square(Math.Log(bars.High[t] / bars.Low[t]));
        var both = Square(Math.Log(Math.Max(bars.High[t], bars.High[t - 1]) / Math.Min(bars.Low[t], bars.Low[t - 1])));
        var alpha = ((Math.Sqrt(2 * single) - Math.Sqrt(single)) / CorwinSchultzScale) - Math.Sqrt(both / CorwinSchultzScale);

        // 2(e^a - 1)/(1 + e^a), without overflow.
        return 2 * Math.Tanh(alpha / 2);
    }

    private static double Square(double value) => value * value;

    private static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }
}
