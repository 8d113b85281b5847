using MLOps.Models.Features;
using MLOps.Models.Features.Labels;

namespace MLOps.Models.Tests.Features.Labels;

public sealed class CusumFilterTests
{
    [Fact]
    public void Events_Sp500_AgreeWithTheReference()
    {
        var expected = TestSeries.Reference("signals-reference.json", "cusum_filter_sp500_h0.02");
        var events = CusumFilter.Events(Array.ConvertAll(LogReturns.Percent(TestSeries.Sp500.Close), r => r / 100), 0.02);
        Assert.Equal(expected.GetProperty("n").GetInt32(), events.Length);
        Assert.Equal(expected.GetProperty("first10").Numbers(), events.Take(10).Select(row => (double)row));
    }

    [Fact]
    public void Events_NoThreshold_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => CusumFilter.Events([1], 0));
}
