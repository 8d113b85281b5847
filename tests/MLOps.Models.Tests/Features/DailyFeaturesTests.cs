using MLOps.Models.Data;
using MLOps.Models.Features;

namespace MLOps.Models.Tests.Features;

public sealed class DailyFeaturesTests
{
    [Fact]
    public void Compute_TwoDays_GivesTheValuesOfTheDefinitions()
    {
        var bars = new OhlcvSeries([new(2020, 1, 2), new(2020, 1, 3)], [99, 101], [102, 108], [98, 100], [100, 106], [1000, 1500]);

        var features = DailyFeatures.Compute(bars);

        var r = 100 * Math.Log(1.06);
        double[] expected = [r, r, 100 * Math.Log(1.08), 100 * Math.Log(1.01), Math.Log(1.5), r, r, r];
        Assert.Equal([new DateOnly(2020, 1, 3)], features.Dates);
        Assert.Equal(DailyFeatures.Names.Count, expected.Length);
        Assert.All(expected.Zip(features.Rows[0]), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void Compute_DayWithoutVolume_HasNoVolumeChange()
    {
        var bars = TestSeries.FromCloses([100, 101, 102]) with { Volume = [500, 0, 700] };
        Assert.All(DailyFeatures.Compute(bars).Rows, row => Assert.Equal(0, row[4]));
    }

    [Fact]
    public void Compute_LaterBarsChange_LeavesEarlierRowsAsTheyWere()
    {
        var bars = TestSeries.Sp500;
        var changed = bars with { Close = [.. bars.Close.Select((close, i) => i > 1000 ? close * 3 : close)], Volume = [.. bars.Volume.Select((v, i) => i > 1000 ? 0 : v)] };

        var before = DailyFeatures.Compute(bars).Rows;
        var after = DailyFeatures.Compute(changed).Rows;

        Assert.Equal(before.Take(1000), after.Take(1000));
        Assert.NotEqual(before[1000], after[1000]);
    }

    [Fact]
    public void Compute_Sp500_IsFiniteEverywhere() =>
        Assert.All(DailyFeatures.Compute(TestSeries.Sp500).Rows, row => Assert.All(row, value => Assert.True(double.IsFinite(value))));

    [Fact]
    public void Window_AnyRow_IsChannelByChannelOldestFirst()
    {
        var features = DailyFeatures.Compute(TestSeries.Sp500);

        var window = features.Window(200);

        Assert.Equal(8 * 64, window.Length);
        for (var channel = 0; channel < 8; channel++)
        {
            Assert.Equal((float)features.Rows[200][channel], window[(64 * channel) + 63]);
            Assert.Equal((float)features.Rows[137][channel], window[64 * channel]);
        }
    }

    [Theory]
    [InlineData(62)]
    [InlineData(5104)]
    public void Window_TooFewRowsOrNone_IsRefused(int row) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => DailyFeatures.Compute(TestSeries.Sp500).Window(row));
}
