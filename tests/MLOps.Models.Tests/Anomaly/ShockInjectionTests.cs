using MLOps.Models.Features;
using MLOps.Models.Neural.Anomaly;

namespace MLOps.Models.Tests.Anomaly;

public sealed class ShockInjectionTests
{
    private const int Row = 700;
    private static readonly DailyFeatures Features = DailyFeatures.Compute(TestSeries.Sp500);

    [Theory]
    [InlineData("Price")]
    [InlineData("Range")]
    [InlineData("Gap")]
    [InlineData("Volume")]
    public void Window_ShockOfNoSize_IsTheOrdinaryWindow(string kind) =>
        Assert.Equal(Features.Window(Row), ShockInjection.Window(TestSeries.Sp500, Row + 1, Enum.Parse<ShockKind>(kind), 0));

    [Theory]
    [InlineData("Price", "return")]
    [InlineData("Range", "log_range")]
    [InlineData("Gap", "gap")]
    [InlineData("Volume", "volume_change")]
    public void Window_Shock_ChangesTheNewestDayAloneAndMostlyItsFeature(string kind, string feature)
    {
        var before = Features.Window(Row);
        var after = ShockInjection.Window(TestSeries.Sp500, Row + 1, Enum.Parse<ShockKind>(kind), 5);

        var changed = Enumerable.Range(0, before.Length).Where(i => before[i] != after[i]).ToArray();
        Assert.All(changed, i => Assert.Equal(63, i % 64));
        Assert.Contains((DailyFeatures.Names.ToList().IndexOf(feature) * 64) + 63, changed);
        Assert.All(after, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Window_PriceShock_IsSoManyDeviationsOfTheDaysBefore()
    {
        var before = Features.Window(Row);
        var after = ShockInjection.Window(TestSeries.Sp500, Row + 1, ShockKind.Price, 5);

        // The 21-day volatility of the day before is its own channel.
        Assert.Equal(before[63] + (5 * before[(6 * 64) + 62]), after[63], 1e-3);
        Assert.True(ShockInjection.Window(TestSeries.Sp500, Row + 2, ShockKind.Price, 5)[63] < Features.Window(Row + 1)[63]);
    }

    [Fact]
    public void DetectorScore_OfHandMadeScores_CountsAboveTheThreshold()
    {
        var score = DetectorScore.Of([1, 2, 3, 4], [[5, 1], [3, 3]], 2.5);

        Assert.Equal(0.5, score.FalsePositives);
        Assert.Equal([0.5, 1], score.RecallByKind);
        Assert.Equal(0.75, score.Recall);
        Assert.Equal(0.25, score.RecallAtOnePercent);
    }
}
