namespace MLOps.Models.Features.Technical;

/// <summary>Technical indicators as TA-Lib defines them (its start-up rules included, unstable period 0), each as long as its input.</summary>
/// <remarks>An element before the indicator's first defined one is NaN, and so is whatever a missing (NaN) input reaches. No element looks at a later one.
/// Windows are summed afresh, so a spike is forgotten when it leaves its window. Where a denominator is 0 the indicator is 0, as in TA-Lib.</remarks>
public static partial class TechnicalIndicators
{
    private delegate double WindowFunction(ReadOnlySpan<double> window);

    /// <summary>Applies a function to each full window, oldest value first.</summary>
    private static double[] Rolling(ReadOnlySpan<double> values, int period, WindowFunction function)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        var result = Undefined(values.Length);
        for (var t = FirstDefined(values) + period - 1; t < values.Length; t++)
        {
            result[t] = function(values.Slice(t - period + 1, period));
        }

        return result;
    }

    /// <summary>One value from each element of several series of one length.</summary>
    private static double[] Each(int length, Func<int, double> value)
    {
        var result = new double[length];
        for (var t = 0; t < length; t++)
        {
            result[t] = value(t);
        }

        return result;
    }

    /// <summary>One value from each element and the one before it; the first is undefined.</summary>
    private static double[] EachChange(int length, Func<int, double> value) => Each(length, t => t == 0 ? double.NaN : value(t));

    /// <summary>y(t) = y(t−1) + weight·(x(t) − y(t−1)) from a seed at the given element on.</summary>
    private static double[] Smooth(ReadOnlySpan<double> values, int seedAt, double seed, double weight)
    {
        var result = Undefined(values.Length);
        for (var t = seedAt; t < values.Length; t++)
        {
            seed = t == seedAt ? seed : seed + (weight * (values[t] - seed));
            result[t] = seed;
        }

        return result;
    }

    /// <summary>Smoothing that begins with the mean of the first <paramref name="period"/> values from <paramref name="first"/> on.</summary>
    private static double[] SmoothFromMean(ReadOnlySpan<double> values, int first, int period, double weight)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        return first + period > values.Length
            ? Undefined(values.Length)
            : Smooth(values, first + period - 1, Mean(values.Slice(first, period)), weight);
    }

    /// <summary>Wilder's average: weight 1/period.</summary>
    private static double[] Wilder(ReadOnlySpan<double> values, int period) => SmoothFromMean(values, FirstDefined(values), period, 1.0 / period);

    private static int FirstDefined(ReadOnlySpan<double> values)
    {
        var first = 0;
        while (first < values.Length && double.IsNaN(values[first]))
        {
            first++;
        }

        return first;
    }

    private static double[] Undefined(int length)
    {
        var values = new double[length];
        Array.Fill(values, double.NaN);
        return values;
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum;
    }

    private static double Mean(ReadOnlySpan<double> values) => Sum(values) / values.Length;

    /// <summary>Whether all values are equal, where a spread around their mean would be rounding noise.</summary>
    private static bool IsFlat(ReadOnlySpan<double> values) => !values.ContainsAnyExcept(values[0]);

    private static double Highest(ReadOnlySpan<double> values)
    {
        var highest = double.NegativeInfinity;
        foreach (var value in values)
        {
            highest = Math.Max(highest, value);
        }

        return highest;
    }

    private static double Lowest(ReadOnlySpan<double> values)
    {
        var lowest = double.PositiveInfinity;
        foreach (var value in values)
        {
            lowest = Math.Min(lowest, value);
        }

        return lowest;
    }

    /// <summary>Numerator over denominator, 0 where there is nothing to divide by.</summary>
    private static double Ratio(double numerator, double denominator) => denominator == 0 ? 0 : numerator / denominator;
}
