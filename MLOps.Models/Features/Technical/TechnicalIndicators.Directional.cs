using MLOps.Models.Data;

namespace MLOps.Models.Features.Technical;

public static partial class TechnicalIndicators
{
    /// <summary>Wilder's directional movement: the indicators are defined from period on, their index from 2·period − 1.</summary>
    public static DirectionalMovement DirectionalMovement(OhlcvSeries bars, int period = 14)
    {
        var range = WilderSum(TrueRange(bars), period);
        var plus = Indicator(PlusMovement(bars), range, period);
        var minus = Indicator(MinusMovement(bars), range, period);
        var index = Each(bars.Count, t => 100 * Ratio(Math.Abs(plus[t] - minus[t]), plus[t] + minus[t]));
        return new DirectionalMovement(plus, minus, Wilder(index, period));
    }

    /// <summary>Wilder's parabolic stop and reverse; first defined at 1, where it begins short if the low has fallen by more than the high has risen.</summary>
    public static double[] Sar(OhlcvSeries bars, double acceleration = 0.02, double maximum = 0.2)
    {
        var result = Undefined(bars.Count);
        if (bars.Count < 2)
        {
            return result;
        }

        var stop = new ParabolicStop(MinusMovement(bars)[1] <= 0, bars.High, bars.Low, acceleration, maximum);
        for (var t = 1; t < bars.Count; t++)
        {
            result[t] = stop.Advance(t);
        }

        return result;
    }

    private static double[] PlusMovement(OhlcvSeries bars) => EachChange(bars.Count, t =>
    {
        var (up, down) = Moves(bars, t);
        return up > 0 && up > down ? up : 0;
    });

    private static double[] MinusMovement(OhlcvSeries bars) => EachChange(bars.Count, t =>
    {
        var (up, down) = Moves(bars, t);
        return down > 0 && down > up ? down : 0;
    });

    private static (double Up, double Down) Moves(OhlcvSeries bars, int t) => (bars.High[t] - bars.High[t - 1], bars.Low[t - 1] - bars.Low[t]);

    private static double[] Indicator(double[] movement, double[] range, int period)
    {
        var sum = WilderSum(movement, period);
        return Each(movement.Length, t => t < period ? double.NaN : 100 * Ratio(sum[t], range[t]));
    }

    /// <summary>Wilder's running sum over the period, divided by it. It begins with the sum of period − 1 values, as in Wilder's tables.</summary>
    private static double[] WilderSum(double[] values, int period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 2);
        return period > values.Length
            ? Undefined(values.Length)
            : Smooth(values, period - 1, Sum(values.AsSpan(1, period - 1)) / period, 1.0 / period);
    }
}
