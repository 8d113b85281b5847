using MLOps.Monitoring.Sequential;

namespace MLOps.Monitoring.Tests.Sequential;

public sealed class SampleRatioTests
{
    private const double Alpha = 0.01;

    [Fact]
    public void LogEvidence_SmallCounts_IsTheBetaBinomialRatio()
    {
        // Shares ½, ½: the prior is Beta(50, 50). For counts 3 and 1, B(53, 51)/B(50, 50) = (50·51·52 · 50)/(100·101·102·103), over (½)⁴.
        var expected = 50.0 * 51 * 52 * 50 / (100.0 * 101 * 102 * 103) * 16;
        Assert.Equal(Math.Log(expected), SampleRatio.LogEvidence([3, 1], [0.5, 0.5]), 9);
        Assert.Equal(0, SampleRatio.LogEvidence([0, 0, 0], [0.2, 0.3, 0.5]), 9);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.1)]
    public void LogEvidence_RightSharesLookedAtAllTheTime_ErrsNotMoreOftenThanAlpha(double share)
    {
        const int Runs = 2000, Units = 3000;
        var errors = 0;
        for (var seed = 0; seed < Runs; seed++)
        {
            errors += FirstAlarm(new Random(seed), share, share, Units) is null ? 0 : 1;
        }

        Assert.InRange((double)errors / Runs, 0, Alpha);
    }

    [Fact]
    public void LogEvidence_LostUnits_IsFound()
    {
        // One arm loses a tenth of its units: 50/50 becomes 52.6/47.4.
        Assert.All(Enumerable.Range(0, 50), seed => Assert.NotNull(FirstAlarm(new Random(seed), 0.526, 0.5, 30_000)));
    }

    [Fact]
    public void ChiSquare_KnownCounts_IsTheTextbooks()
    {
        // (60−50)²/50 · 2 = 4: P(χ²₁ ≥ 4) = 0.0455003.
        Assert.Equal(0.0455003, SampleRatio.ChiSquarePValue([60, 40], [0.5, 0.5]), 6);
        Assert.Equal(1, SampleRatio.ChiSquarePValue([0, 0], [0.5, 0.5]));
    }

    [Fact]
    public void LogEvidence_SharesThatDoNotSumToOne_AreRefused() =>
        Assert.Throws<ArgumentException>(() => SampleRatio.LogEvidence([1, 1], [0.5, 0.6]));

    private static int? FirstAlarm(Random random, double actual, double expected, int units)
    {
        long first = 0;
        for (var n = 1; n <= units; n++)
        {
            first += random.NextDouble() < actual ? 1 : 0;
            if (SampleRatio.LogEvidence([first, n - first], [expected, 1 - expected]) >= Math.Log(1 / Alpha))
            {
                return n;
            }
        }

        return null;
    }
}
