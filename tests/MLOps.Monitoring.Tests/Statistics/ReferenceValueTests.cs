using MLOps.Monitoring.Statistics;
using MLOps.Testing;
using static MLOps.Monitoring.Tests.ReferenceSamples;

namespace MLOps.Monitoring.Tests.Statistics;

/// <summary>Every other value of tests/data/drift-reference-values.md, to the nine digits given there.</summary>
public class ReferenceValueTests
{
    private static readonly double[] Quarters = [0.25, 0.25, 0.25, 0.25];
    private static readonly double[] Tenths = [0.1, 0.2, 0.3, 0.4];

    private static readonly QuantileBins Deciles = new(Reference);

    [Fact]
    public void Histogram_DecilesOfReference_CountsCurrent()
    {
        Assert.Equal([86, 63, 53, 41, 39, 46, 43, 44, 34, 51], Deciles.Histogram(Current));
        Assert.All(Deciles.Histogram(Reference), count => Assert.Equal(100, count));
    }

    [Fact]
    public void Wasserstein1_ReferenceSamples_IsScipys()
    {
        Near(0.0561398003, Distances.Wasserstein1(Reference, Current));
        Near(0.196874985, Distances.NormalisedWasserstein1(Reference, Current));
    }

    [Fact]
    public void Wasserstein1_ShiftedSample_IsTheShift() =>
        Assert.Equal(0.3, Distances.Wasserstein1(Current, [.. Current.Select(x => x + 0.3)]), 12);

    [Fact]
    public void Energy_ReferenceSamples_IsScipys() => Near(0.0920710084, Distances.Energy(Reference, Current));

    [Fact]
    public void RankStatistics_ReferenceSamples_AreScipys()
    {
        Near(1.39109356, RankStatistics.CramerVonMises(Reference, Current));
        Near(277589, RankStatistics.MannWhitneyU(Reference, Current));
    }

    [Fact]
    public void PopulationStabilityIndex_References_Agree()
    {
        Near(0.0711375124, PopulationStabilityIndex.OfSamples(Reference, Current));
        Near(0.2282174096, PopulationStabilityIndex.OfFractions(Quarters, Tenths));
    }

    [Fact]
    public void PopulationStabilityIndex_EmptyBin_CountsAsOneTenThousandth() =>
        Assert.Equal(
            (0.5 - 1e-4) * Math.Log(0.5 / 1e-4) + (0.5 * Math.Log(2)),
            PopulationStabilityIndex.OfFractions([0.5, 0.5], [1, 0]),
            12);

    [Fact]
    public void JensenShannon_References_AgreeInBothBases()
    {
        var p = Deciles.Fractions(Reference);
        var q = Deciles.Fractions(Current);
        Near(0.0939105385, Divergences.JensenShannonDistanceNaturalLog(p, q));
        Near(0.112798052, Divergences.JensenShannonDistanceBase2(p, q));
        Near(0.2005033225, Divergences.JensenShannonDistanceBase2(Quarters, Tenths));
    }

    [Fact]
    public void JensenShannonBase2_DisjointDistributions_IsOne() =>
        Assert.Equal(1, Divergences.JensenShannonDistanceBase2([1, 0], [0, 1]), 14);

    [Fact]
    public void HellingerAndKullbackLeibler_References_Agree()
    {
        var p = Deciles.Fractions(Reference);
        var q = Deciles.Fractions(Current);
        Near(0.0941034215, Divergences.Hellinger(p, q));
        Near(0.0368270022, Divergences.KullbackLeibler(q, p));
        Near(0.1064401353, Divergences.KullbackLeibler(Tenths, Quarters));
    }

    [Fact]
    public void ChiSquare_GoodnessOfFit_HasReferencePValue() =>
        Assert.Equal(0.67309, ChiSquareTest.GoodnessOfFit([16, 16, 16, 16, 16, 8], [16, 18, 16, 14, 12, 12]).PValue, 5);

    [Fact]
    public void ProportionTest_References_Agree()
    {
        var result = ProportionTest.Compare(45, 100, 60, 100);

        Near(-2.12397698, result.Statistic);
        Near(0.0336720689, result.PValue);
    }

    // Q(1/2, x²) = erfc(x) and Q(1, x) = exp(-x): both sides of the series' and the fraction's domain.
    [Theory]
    [InlineData(0.3)]
    [InlineData(1.9)]
    [InlineData(2.1)]
    [InlineData(30)]
    public void UpperGamma_FirstOrder_IsTheExponential(double x) =>
        Assert.InRange(Lre.Of(SpecialFunctions.UpperGamma(1, x), Math.Exp(-x)), 12, 16);

    private static void Near(double expected, double actual) => Assert.InRange(Lre.Of(actual, expected), 8.3, 16);
}
