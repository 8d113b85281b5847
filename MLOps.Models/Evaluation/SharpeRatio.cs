namespace MLOps.Models.Evaluation;

/// <summary>Mean return over its standard deviation (Sharpe 1966, 1994).</summary>
public static class SharpeRatio
{
    /// <summary>Of one period, with the standard deviation's divisor n − 1.</summary>
    /// <param name="returns">Per period, in excess of what the investor could have had without risk, after costs.</param>
    /// <returns>NaN where all returns are equal: without dispersion there is no ratio.</returns>
    /// <exception cref="ArgumentException">Fewer than two returns, or one that is not finite.</exception>
    public static double Of(ReadOnlySpan<double> returns) => Of(ReturnMoments.Of(returns));

    /// <inheritdoc cref="Of(ReadOnlySpan{double})"/>
    public static double Of(ReturnMoments moments) => moments.Deviation > 0 ? moments.Mean / moments.Deviation : double.NaN;

    /// <summary>By the square root of time, which holds for returns without autocorrelation.</summary>
    /// <param name="periodsPerYear">252 for trading days, 12 for months.</param>
    public static double Annualised(double perPeriod, double periodsPerYear) => perPeriod * Math.Sqrt(periodsPerYear);
}
