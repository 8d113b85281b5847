using MLOps.Monitoring.Statistics;

namespace MLOps.Monitoring.Drift;

/// <summary>Judges windows of observations against a profile. The reference is sorted and binned once.</summary>
public sealed class WindowJudge
{
    /// <summary>Level of the textbook test that is shown for comparison.</summary>
    public const double TextbookLevel = 0.05;

    private readonly double[][] _sorted;
    private readonly QuantileBins[] _bins;
    private readonly double[][] _fractions;

    public WindowJudge(ReferenceProfile profile)
    {
        Profile = profile;
        var columns = profile.Features.Select(feature => feature.Values.ToArray()).ToArray();
        _sorted = [.. columns.Select(column => Samples.Sorted(column, nameof(profile)))];
        _bins = [.. columns.Select(column => new QuantileBins(column))];
        _fractions = [.. columns.Select((column, i) => _bins[i].Fractions(column))];
    }

    public ReferenceProfile Profile { get; }

    /// <summary>Fewest observations that get a verdict: half a calibration block, rounded up. The threshold was calibrated on whole blocks;
    /// the normalised statistic of much smaller windows has another law.</summary>
    public int MinimumCount => (Profile.BlockLength + 1) / 2;

    /// <summary>The verdict, or null when the window has fewer than <see cref="MinimumCount"/> observations.</summary>
    /// <param name="window">Its name.</param>
    /// <param name="observations">One value per feature each, in the profile's order.</param>
    public WindowVerdict? Judge(string window, IReadOnlyList<double[]> observations)
    {
        if (observations.Count < MinimumCount)
        {
            return null;
        }

        var features = Profile.Features.Select((feature, i) => Judge(i, [.. observations.Select(row => row[i])])).ToArray();
        var statistic = features.Max(feature => feature.Normalised);
        return new WindowVerdict(
            window,
            observations.Count,
            statistic,
            Profile.Threshold,
            statistic > Profile.Threshold,
            features.Any(feature => feature.TextbookPValue < TextbookLevel),
            features);
    }

    private FeatureVerdict Judge(int index, double[] values)
    {
        var name = Profile.Features[index].Name;
        var current = Samples.Sorted(values, name);
        int n = _sorted[index].Length, m = current.Length;
        var d = KolmogorovSmirnov.StatisticOfSorted(_sorted[index], current);
        return new FeatureVerdict(
            name,
            d,
            KolmogorovSmirnov.Normalise(d, n, m),
            KolmogorovSmirnov.AsymptoticPValue(d, n, m),
            PopulationStabilityIndex.OfFractions(_fractions[index], _bins[index].Fractions(current)));
    }
}
