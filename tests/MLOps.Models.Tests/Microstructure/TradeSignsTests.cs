using MLOps.Models.Data;
using MLOps.Models.Features.Microstructure;

namespace MLOps.Models.Tests.Microstructure;

public sealed class TradeSignsTests
{
    private static readonly DateTime Noon = new(2020, 1, 2, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void TickRule_UnchangedPrices_KeepTheLastSide() =>
        Assert.Equal([0, 0, 1, 1, -1, -1, 1], TradeSigns.TickRule([5, 5, 6, 6, 4, 4, 5]));

    [Fact]
    public void LeeReady_AtTheMiddleOrWithoutQuote_TakesTheTickRule() =>
        Assert.Equal([1, -1, -1, 1, 1], TradeSigns.LeeReady([5, 4, 3, 6, 6], [4.5, 4.5, 3, double.NaN, 6]));

    [Fact]
    public void LeeReady_AMiddleThatIsOffByRounding_IsAtItWithinTheTolerance()
    {
        var middle = Spreads.Middle(157.95, 158.09);
        Assert.NotEqual(158.02, middle);
        Assert.Equal([0, -1], TradeSigns.LeeReady([158.03, 158.02], [158.03, middle], 1e-9));
    }

    [Fact]
    public void Before_AQuoteOfTheSameInstant_DoesNotCount()
    {
        DateTime[] quotes = [Noon, Noon.AddSeconds(1), Noon.AddSeconds(1), Noon.AddSeconds(3)];
        Assert.Equal([-1, 0, 2, 3], QuoteMatching.Before([Noon, Noon.AddSeconds(1), Noon.AddSeconds(2), Noon.AddSeconds(9)], quotes));
    }

    [Fact]
    public void Contributions_EachKindOfEvent_CountsAsInThePaper()
    {
        // Bid size grows; better bid; worse bid; ask size grows; better ask; ask moves away.
        double[] bid = [10, 10, 11, 10, 10, 10, 10];
        double[] bidSize = [5, 8, 4, 7, 7, 7, 7];
        double[] ask = [12, 12, 12, 12, 12, 11, 13];
        double[] askSize = [3, 3, 3, 3, 9, 2, 6];
        Assert.Equal([0, 3, 4, -4, -6, -2, 2], OrderFlow.Contributions(bid, bidSize, ask, askSize));
    }

    [Fact]
    public void Intervals_OfTrades_LeaveOutTheFirstOfEachDay()
    {
        DateTime[] times = [Noon, Noon.AddMinutes(4), Noon.AddMinutes(5), Noon.AddMinutes(9), Noon.AddDays(1), Noon.AddDays(1).AddMinutes(20)];
        var intervals = PriceImpact.Intervals(times, [100, 100, 101, 102, 90, 99], [1, 1, 4, 9, 1, 16], [1, 1, 1, -1, 1, 1], TimeSpan.FromMinutes(5));
        Assert.Equal([Noon.AddMinutes(5), Noon.AddDays(1).AddMinutes(20)], intervals.Select(interval => interval.Start));
        Assert.Equal([-5, 16], intervals.Select(interval => interval.SignedVolume));
        Assert.Equal(10_000 * Math.Log(102 / 100.0), intervals[0].Return, 1e-9);
        Assert.Equal(10_000 * Math.Log(1.1), intervals[1].Return, 1e-9);
        Assert.Equal((2 * Math.Sqrt(101)) - (3 * Math.Sqrt(102)), intervals[0].SignedRootValue, 1e-9);
    }

    [Fact]
    public void Roll_PricesThatTrend_HasNoSpread()
    {
        Assert.Equal(0, Spreads.Roll([1, 1, -1, -1, 1, 1, -1, -1, 1, 1]));
        Assert.Equal(double.NaN, Spreads.Roll([1, 2]));
        Assert.Null(PriceImpact.Kyle([]));
    }

    [Fact]
    public void CorwinSchultz_DaysWithoutRange_IsZero() =>
        Assert.Equal([double.NaN, 0, 0], Spreads.CorwinSchultz(TestSeries.FromCloses([7, 7, 7])));
}
