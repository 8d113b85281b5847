namespace MLOps.Models.Features.Technical;

public static partial class TechnicalIndicators
{
    /// <summary>Simple moving average; first defined at period − 1.</summary>
    public static double[] Sma(ReadOnlySpan<double> values, int period) => Rolling(values, period, Mean);

    /// <summary>Exponential moving average, weight 2/(period + 1), begun with the mean of the first period; first defined at period − 1.</summary>
    public static double[] Ema(ReadOnlySpan<double> values, int period) => SmoothFromMean(values, FirstDefined(values), period, EmaWeight(period));

    /// <summary>Linearly weighted moving average, the newest value weighing most; first defined at period − 1.</summary>
    public static double[] Wma(ReadOnlySpan<double> values, int period) => Rolling(values, period, window =>
    {
        var sum = 0.0;
        for (var i = 0; i < window.Length; i++)
        {
            sum += (i + 1) * window[i];
        }

        return sum / (window.Length * (window.Length + 1) / 2.0);
    });

    /// <summary>Double exponential moving average, 2·E − E(E); first defined at 2·(period − 1).</summary>
    public static double[] Dema(ReadOnlySpan<double> values, int period)
    {
        var e = EmaOfEma(values, period, 2);
        return Each(values.Length, t => (2 * e[0][t]) - e[1][t]);
    }

    /// <summary>Triple exponential moving average, 3·E − 3·E(E) + E(E(E)); first defined at 3·(period − 1).</summary>
    public static double[] Tema(ReadOnlySpan<double> values, int period)
    {
        var e = EmaOfEma(values, period, 3);
        return Each(values.Length, t => (3 * e[0][t]) - (3 * e[1][t]) + e[2][t]);
    }

    /// <summary>Tillson's T3: six exponential averages in a row, combined by the volume factor v; first defined at 6·(period − 1).</summary>
    public static double[] T3(ReadOnlySpan<double> values, int period, double v = 0.7)
    {
        var e = EmaOfEma(values, period, 6);
        var (square, cube) = (v * v, v * v * v);
        return Each(values.Length, t =>
            (-cube * e[5][t])
            + (3 * (square + cube) * e[4][t])
            + (((-6 * square) - (3 * v) - (3 * cube)) * e[3][t])
            + ((1 + (3 * v) + cube + (3 * square)) * e[2][t]));
    }

    /// <summary>Kaufman's adaptive moving average between weights 2/3 and 2/31, begun at the value before its first; first defined at period.</summary>
    public static double[] Kama(ReadOnlySpan<double> values, int period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        const double slowest = 2.0 / 31;
        const double span = (2.0 / 3) - slowest;
        var result = Undefined(values.Length);
        var first = FirstDefined(values) + period;
        for (var t = first; t < values.Length; t++)
        {
            var previous = t == first ? values[t - 1] : result[t - 1];
            var path = 0.0;
            for (var i = t - period + 1; i <= t; i++)
            {
                path += Math.Abs(values[i] - values[i - 1]);
            }

            // A price that has not moved at all has moved efficiently.
            var efficiency = path == 0 ? 1 : Math.Min(1, Math.Abs(values[t] - values[t - period]) / path);
            var weight = slowest + (efficiency * span);
            result[t] = previous + (weight * weight * (values[t] - previous));
        }

        return result;
    }

    private static double EmaWeight(int period) => 2.0 / (period + 1);

    /// <summary>E, E(E), E(E(E)) and so on.</summary>
    private static double[][] EmaOfEma(ReadOnlySpan<double> values, int period, int times)
    {
        var averages = new double[times][];
        for (var i = 0; i < times; i++)
        {
            averages[i] = Ema(i == 0 ? values : averages[i - 1], period);
        }

        return averages;
    }
}
