using CsCheck;
using MLOps.Monitoring.Statistics;
using MLOps.Testing;
using static MLOps.Monitoring.Tests.ReferenceSamples;

namespace MLOps.Monitoring.Tests.Statistics;

public class KolmogorovSmirnovTests
{
    [Fact]
    public void Statistic_ReferenceSamples_IsScipys()
    {
        var d = KolmogorovSmirnov.Statistic(Reference, Current);

        Assert.InRange(Lre.Of(d, 0.115), 12, 16);
        Assert.InRange(Lre.Of(KolmogorovSmirnov.AsymptoticPValue(d, 1000, 500), 0.000271428643), 8.5, 16);
    }

    [Fact]
    public void ExactPValue_SmallSamples_IsScipys()
    {
        var d = KolmogorovSmirnov.Statistic(Reference.AsSpan(0, 20), Current.AsSpan(0, 15));

        Assert.Equal(0.25, d, 12);
        Assert.InRange(Lre.Of(KolmogorovSmirnov.ExactPValue(d, 20, 15), 0.587028471), 8.5, 16);
    }

    [Fact]
    public void Statistic_TiesWithinAndBetween_AreSteppedOverTogether()
    {
        // F1: 1/4 at 1, 3/4 at 2, 1 at 3; F2: 2/3 at 2, 1 at 5. The gaps after 1, 2, 3 are 1/4, 1/12, 1/3.
        Assert.Equal(1.0 / 3, KolmogorovSmirnov.Statistic([1, 2, 2, 3], [2, 2, 5]), 15);
        Assert.Equal(0, KolmogorovSmirnov.Statistic([0, 0, 0, 0], [0, 0]));
    }

    [Fact]
    public void Statistic_NotFinite_IsRefusedByPosition()
    {
        var error = Assert.Throws<ArgumentException>(() => KolmogorovSmirnov.Statistic([1, double.NaN], [1]));

        Assert.Contains("Value 1 is NaN", error.Message, StringComparison.Ordinal);
    }

    // By hand: of the 6 orders of 2 + 2 values, 2 separate the samples (D = 1).
    [Theory]
    [InlineData(1.0, 2, 2, 1.0 / 3)]
    [InlineData(1.0, 3, 3, 0.1)]
    [InlineData(1.0, 1, 4, 0.4)]
    public void ExactPValue_SeparatedSamples_IsShareOfOrders(double d, int n, int m, double expected) =>
        Assert.Equal(expected, KolmogorovSmirnov.ExactPValue(d, n, m), 14);

    // One-sample law at n = 1 is P(D >= d) = 2(1 - d), at n = 2 and d = 0.6 it is 2(1 - d)^2; both by hand.
    [Theory]
    [InlineData(0.75, 2, 2, 0.5)]
    [InlineData(0.6, 4, 4, 0.32)]
    public void AsymptoticPValue_TinyEffectiveSize_IsTheExactOneSampleLaw(double d, int n, int m, double expected) =>
        Assert.Equal(expected, KolmogorovSmirnov.AsymptoticPValue(d, n, m), 12);

    [Fact]
    public void AsymptoticPValue_WhereTheFormulasMeet_HasNoStep()
    {
        // 2.2 = n·d² divides the tail formula from the other two.
        foreach (var n in new[] { 200, 20_000 })
        {
            var d = Math.Sqrt(2.2 / n);
            var below = KolmogorovSmirnov.AsymptoticPValue(d * (1 - 1e-9), 2 * n, 2 * n);
            var above = KolmogorovSmirnov.AsymptoticPValue(d * (1 + 1e-9), 2 * n, 2 * n);
            Assert.InRange(Lre.Of(below, above), 3, 16);
        }
    }

    [Fact]
    public void Statistic_AnySamples_IsSymmetricAndInvariantUnderScale() =>
        Gen.Select(Gen.Double[-5, 5].Array[1, 40], Gen.Double[-5, 5].Array[1, 40]).Sample((a, b) =>
        {
            var d = KolmogorovSmirnov.Statistic(a, b);
            Assert.InRange(d, 0, 1);
            Assert.Equal(d, KolmogorovSmirnov.Statistic(b, a), 12);
            Assert.Equal(d, KolmogorovSmirnov.Statistic([.. a.Select(x => 4 * x)], [.. b.Select(x => 4 * x)]), 12);
        });
}
