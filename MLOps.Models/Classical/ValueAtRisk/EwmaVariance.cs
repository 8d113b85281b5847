using MLOps.Models.Data;

namespace MLOps.Models.Classical.ValueAtRisk;

/// <summary>Exponentially weighted variance of returns of mean 0: v(t+1) = λ·v(t) + (1−λ)·r(t)², from the mean square of what it is given (RiskMetrics 1996).</summary>
internal static class EwmaVariance
{
    /// <summary>A window without any movement has no volatility to divide by: its standardised values are 0.</summary>
    public const double Least = 1e-300;

    /// <summary>Each value over its day's volatility, and tomorrow's volatility.</summary>
    public static (double[] Standardised, double Next) Standardise(ReadOnlySpan<double> values, double decay)
    {
        var variances = Of(values, decay);
        var standardised = new double[values.Length];
        for (var t = 0; t < standardised.Length; t++)
        {
            standardised[t] = values[t] / Math.Sqrt(Math.Max(variances[t], Least));
        }

        return (standardised, Math.Sqrt(variances[^1]));
    }

    /// <summary>Each value over its day's volatility, in every piece from its own mean square.</summary>
    public static double[] Standardise(double[] values, IReadOnlyList<RowRange> pieces, double decay) =>
        [.. pieces.SelectMany(piece => Standardise(values.AsSpan(piece.From, piece.Count), decay).Standardised)];

    /// <summary>Variances of each return, in every piece by those before it there.</summary>
    public static double[] Of(double[] returns, IReadOnlyList<RowRange> pieces, double decay) =>
        [.. pieces.SelectMany(piece => Of(returns.AsSpan(piece.From, piece.Count), decay).SkipLast(1))];

    /// <summary>Variances of each return as forecast by those before it, and one more after the last.</summary>
    public static double[] Of(ReadOnlySpan<double> returns, double decay)
    {
        var first = 0.0;
        foreach (var r in returns)
        {
            first += r * r / returns.Length;
        }

        var variances = new double[returns.Length + 1];
        variances[0] = first;
        for (var t = 0; t < returns.Length; t++)
        {
            variances[t + 1] = (decay * variances[t]) + ((1 - decay) * returns[t] * returns[t]);
        }

        return variances;
    }

    /// <summary>The same as sums over squared returns: a matrix [count, count+1], row-major; column t is the variance of return t.</summary>
    public static double[] Weights(int count, double decay)
    {
        var weights = new double[count * (count + 1)];
        for (var t = 0; t <= count; t++)
        {
            var memory = Math.Pow(decay, t) / count;
            for (var k = 0; k < count; k++)
            {
                weights[(k * (count + 1)) + t] = memory + (k < t ? (1 - decay) * Math.Pow(decay, t - 1 - k) : 0);
            }
        }

        return weights;
    }
}
