using MLOps.Monitoring.Drift;
using MLOps.Monitoring.Statistics;

namespace MLOps.Silo.Training;

/// <summary>How far the watched features of some rows are from the reference profile.</summary>
/// <param name="Ks">Kolmogorov and Smirnov's D.</param>
/// <param name="Psi">Population stability index over the reference's deciles.</param>
/// <param name="Wasserstein">Distance in the reference's standard deviations; null: the reference is constant.</param>
/// <param name="Js">Jensen and Shannon's distance by the logarithm of base 2 over the reference's deciles.</param>
internal sealed record DriftFigures(string Feature, double Ks, double Psi, double? Wasserstein, double Js)
{
    /// <param name="watched">Of each of the profile's features its values on the rows.</param>
    public static IReadOnlyList<DriftFigures> Of(ReferenceProfile profile, IReadOnlyList<double[]> watched) =>
        [.. profile.Features.Select((feature, i) => Of(feature, watched[i]))];

    private static DriftFigures Of(ReferenceFeature feature, double[] current)
    {
        double[] reference = [.. feature.Values];
        var bins = new QuantileBins(reference);
        var (expected, actual) = (bins.Fractions(reference), bins.Fractions(current));
        return new DriftFigures(
            feature.Name,
            KolmogorovSmirnov.Statistic(reference, current),
            PopulationStabilityIndex.OfFractions(expected, actual),
            Array.TrueForAll(reference, value => value == reference[0]) ? null : Distances.NormalisedWasserstein1(reference, current),
            Divergences.JensenShannonDistanceBase2(expected, actual));
    }
}
