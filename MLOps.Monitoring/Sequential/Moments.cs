namespace MLOps.Monitoring.Sequential;

/// <summary>Count, mean and sum of squared deviations of a sample, which merge without its values (Chan, Golub, LeVeque 1979).</summary>
/// <param name="SquaredDeviations">Σ(x − mean)².</param>
public readonly record struct Moments(long Count, double Mean, double SquaredDeviations)
{
    /// <summary>Divisor n − 1; NaN for fewer than two values.</summary>
    public double Variance => Count < 2 ? double.NaN : SquaredDeviations / (Count - 1);

    public Moments Plus(double value)
    {
        var count = Count + 1;
        var gap = value - Mean;
        var mean = Mean + (gap / count);
        return new Moments(count, mean, SquaredDeviations + (gap * (value - mean)));
    }

    public Moments Plus(Moments other)
    {
        if (Count == 0 || other.Count == 0)
        {
            return Count == 0 ? other : this;
        }

        var count = Count + other.Count;
        var gap = other.Mean - Mean;
        return new Moments(
            count,
            Mean + (gap * other.Count / count),
            SquaredDeviations + other.SquaredDeviations + (gap * gap * Count * other.Count / count));
    }
}
