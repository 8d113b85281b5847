namespace MLOps.Models.Features.Technical;

public static partial class TechnicalIndicators
{
    /// <summary>Bars before the cycle's first smoothed price enters the transform, and before its first value is given.</summary>
    private const int PeriodWarmUp = 12;
    private const int PeriodLookback = 32;
    private const int TrendWarmUp = 37;
    private const int TrendLookback = 63;

    /// <summary>Period of the dominant cycle in bars, 6..50 and smoothed, by Ehlers' Hilbert transform; first defined at 32.</summary>
    public static double[] HilbertPeriod(ReadOnlySpan<double> values)
    {
        var (result, first) = (Undefined(values.Length), FirstDefined(values));
        var cycle = new HilbertCycle(values.Length);
        for (var t = first + PeriodWarmUp; t < values.Length; t++)
        {
            var period = cycle.Advance(t, SmoothedPrice(values, t));
            result[t] = t < first + PeriodLookback ? double.NaN : period;
        }

        return result;
    }

    /// <summary>Ehlers' instantaneous trend line: the mean over one dominant cycle, smoothed by weights 4, 3, 2, 1; first defined at 63.</summary>
    public static double[] HilbertTrendline(ReadOnlySpan<double> values)
    {
        var (result, first) = (Undefined(values.Length), FirstDefined(values));
        var cycle = new HilbertCycle(values.Length);
        var means = new double[values.Length];
        for (var t = first + TrendWarmUp; t < values.Length; t++)
        {
            means[t] = MeanOfCycle(values, t, cycle.Advance(t, SmoothedPrice(values, t)));
            result[t] = t < first + TrendLookback ? double.NaN : SmoothedPrice(means, t);
        }

        return result;
    }

    /// <summary>While the measured period grows from 0, the first mean has no days and counts as 0.</summary>
    private static double MeanOfCycle(ReadOnlySpan<double> values, int t, double period)
    {
        if (double.IsNaN(period))
        {
            return double.NaN;
        }

        var days = (int)(period + 0.5);
        return days > 0 ? Mean(values.Slice(t - days + 1, days)) : 0;
    }

    private static double SmoothedPrice(ReadOnlySpan<double> values, int t) =>
        ((4 * values[t]) + (3 * values[t - 1]) + (2 * values[t - 2]) + values[t - 3]) / 10;
}
