using MLOps.Models.Features;

namespace MLOps.Models.Tests.Features;

public sealed class MarketFeaturesTests
{
    [Fact]
    public void Compute_Sp500_FollowsTheDefinitions()
    {
        var bars = TestSeries.Sp500;
        var features = MarketFeatures.Compute(bars);
        const int Row = 1000;
        const int Day = Row + 21;
        var returns = LogReturns.Percent(bars.Close);

        Assert.Equal(bars.Count - 21, features.Rows.Count);
        Assert.Equal(bars.Dates[Day], features.Dates[Row]);
        double[] expected =
        [
            100 * Math.Log(bars.Close[Day] / bars.Close[Day - 1]),
            100 * Math.Log(bars.Open[Day] / bars.Close[Day - 1]),
            100 * Math.Log(bars.High[Day] / bars.Low[Day]),
            100 * Math.Log(bars.Close[Day] / bars.Open[Day]),
            Math.Log(bars.Volume[Day] / bars.Volume[Day - 1]),
            Math.Log(Deviation(returns[(Day - 5)..Day])),
            Math.Log(Deviation(returns[(Day - 21)..Day])),
            100 * Math.Log(bars.Close[Day] / bars.Close[Day - 21]),
        ];
        Assert.Equal(expected, features.Rows[Row], (a, b) => Math.Abs(a - b) < 1e-10);
    }

    [Fact]
    public void Compute_PriceThatNeverMoves_StaysFinite()
    {
        var features = MarketFeatures.Compute(TestSeries.FromCloses([.. Enumerable.Repeat(100.0, 40)]));
        Assert.All(features.Rows.SelectMany(row => row), value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void Windows_BothLayouts_HaveTheSameNumbers()
    {
        var features = MarketFeatures.Compute(TestSeries.Sp500);
        var (byFeature, byDay) = (features.Window(500), features.WindowByDay(500));
        for (var day = 0; day < 64; day++)
        {
            for (var feature = 0; feature < 8; feature++)
            {
                Assert.Equal((float)features.Rows[500 - 63 + day][feature], byFeature[(feature * 64) + day]);
                Assert.Equal(byFeature[(feature * 64) + day], byDay[(day * 8) + feature]);
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => features.Window(62));
    }

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }
}
