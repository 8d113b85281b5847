namespace MLOps.Monitoring.Statistics;

/// <summary>Population stability index Σ(q − p)·ln(q/p). A fixed threshold on it (0.1, 0.25) means nothing without the sample size:
/// of 100 observations in 10 bins it exceeds 0.1 in 85 % of the cases in which nothing drifted.</summary>
public static class PopulationStabilityIndex
{
    /// <summary>What an empty bin counts as (Evidently's rule); the other bins are not rescaled.</summary>
    public const double EmptyBinFraction = 1e-4;

    /// <summary>Over bins at the reference's quantiles.</summary>
    public static double OfSamples(ReadOnlySpan<double> reference, ReadOnlySpan<double> current, int bins = 10)
    {
        Samples.Sorted(current, nameof(current));
        var quantileBins = new QuantileBins(reference, bins);
        return OfFractions(quantileBins.Fractions(reference), quantileBins.Fractions(current));
    }

    /// <summary>Over given bins; an empty one counts as <see cref="EmptyBinFraction"/>.</summary>
    public static double OfFractions(ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        Divergences.Check(reference, current);
        var sum = 0.0;
        for (var i = 0; i < reference.Length; i++)
        {
            var p = reference[i] == 0 ? EmptyBinFraction : reference[i];
            var q = current[i] == 0 ? EmptyBinFraction : current[i];
            sum += (q - p) * Math.Log(q / p);
        }

        return sum;
    }
}
