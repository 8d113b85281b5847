using MLOps.Models.Neural.Drawdown;

namespace MLOps.Models.Tests.Drawdown;

public sealed class DrawdownLevelsTests
{
    private static readonly double[] Thresholds = [0.05, 0.1, 0.25];

    [Fact]
    public void Of_ShortSeries_CountsThresholdsThatTheWorstDrawdownAheadExceeds()
    {
        // From 100: up to 110, down to 98 (10.9 %). From 110 likewise. From 98: only up. Then down to 60 (from 120: 50 %).
        int[] levels = DrawdownLevels.Of([100, 110, 98, 120, 119, 60], 2, Thresholds);

        Assert.Equal([2, 2, 0, 3], levels);
    }

    [Fact]
    public void Of_ExactlyTheThreshold_IsNotAbove() => Assert.Equal([0], DrawdownLevels.Of([128, 96], 1, [0.25, 0.5, 0.75]));

    [Fact]
    public void Of_LaterClosesChange_LeavesEarlierLabelsAsTheyWere()
    {
        var closes = TestSeries.Sp500.Close[..400];
        var changed = (double[])closes.Clone();
        Array.Fill(changed, 1.0, 300, 100);

        Assert.Equal(DrawdownLevels.Of(closes, 21, Thresholds)[..279], DrawdownLevels.Of(changed, 21, Thresholds)[..279]);
        Assert.Equal(379, DrawdownLevels.Of(closes, 21, Thresholds).Length);
    }

    [Fact]
    public void Of_FewerClosesThanTheHorizon_HasNoLabel() => Assert.Empty(DrawdownLevels.Of([1, 2, 3], 3, Thresholds));

    [Fact]
    public void Exceedances_LevelProbabilities_AreTheirTails()
    {
        double[] expected = [0.5, 0.3, 0.1];
        Assert.All(expected.Zip(DrawdownLevels.Exceedances([0.5, 0.2, 0.2, 0.1])), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void BrierScore_OfHandMadeForecasts_IsTheMeanSquare()
    {
        var scores = BrierScore.Of([[0.8, 0.2], [0.4, 0.1]], [2, 0]);

        Assert.Equal(((0.2 * 0.2) + (0.4 * 0.4)) / 2, scores[0], 1e-12);
        Assert.Equal(((0.8 * 0.8) + (0.1 * 0.1)) / 2, scores[1], 1e-12);
    }
}
