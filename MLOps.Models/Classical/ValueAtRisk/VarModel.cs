using MathNet.Numerics.Distributions;

namespace MLOps.Models.Classical.ValueAtRisk;

/// <summary>A value-at-risk calculator: a window of returns to the losses that will not be exceeded at given levels.</summary>
/// <param name="Window">W, returns that it looks at.</param>
/// <param name="Levels">Confidence levels, for example 0.99, ascending.</param>
/// <param name="Decay">λ of the EWMA variance.</param>
/// <param name="DegreesOfFreedom">ν of the Student t; infinite for the normal.</param>
/// <param name="Scale">Standard deviation of the standardised returns that the Student t is scaled to.</param>
internal sealed record VarModel(VarMethod Method, int Window, IReadOnlyList<double> Levels, double Decay, double DegreesOfFreedom, double Scale)
{
    /// <summary>Values at risk as positive losses, one a level, in the returns' unit.</summary>
    /// <param name="returns">The last <see cref="Window"/> returns, oldest first.</param>
    public double[] Of(ReadOnlySpan<double> returns)
    {
        if (Method == VarMethod.Historical)
        {
            return Quantiles(returns);
        }

        var (standardised, volatility) = EwmaVariance.Standardise(returns, Decay);
        var factors = Method == VarMethod.FilteredHistorical ? Quantiles(standardised) : Factors();
        return Array.ConvertAll(factors, factor => volatility * factor);
    }

    /// <summary>What the volatility is multiplied with at each level, where a distribution is assumed.</summary>
    public double[] Factors() => [.. Levels.Select(level => double.IsInfinity(DegreesOfFreedom)
        ? Normal.InvCDF(0, Scale, level)
        : Scale * Math.Sqrt((DegreesOfFreedom - 2) / DegreesOfFreedom) * StudentT.InvCDF(0, 1, DegreesOfFreedom, level))];

    private double[] Quantiles(ReadOnlySpan<double> returns)
    {
        var losses = new double[returns.Length];
        for (var t = 0; t < losses.Length; t++)
        {
            losses[t] = -returns[t];
        }

        Array.Sort(losses);
        return [.. Levels.Select(level => EmpiricalQuantile.Of(losses, level))];
    }
}
