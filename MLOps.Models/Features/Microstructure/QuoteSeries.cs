using MLOps.Models.Data;

namespace MLOps.Models.Features.Microstructure;

/// <summary>Best quotes in order of time. Prices in currency, sizes in any one unit.</summary>
public sealed record QuoteSeries(IReadOnlyList<DateTime> Times, double[] Bid, double[] BidSize, double[] Ask, double[] AskSize)
{
    /// <summary>Ranges of quotes without a gap between them.</summary>
    public IReadOnlyList<RowRange> Pieces { get; init; } = [new RowRange(0, Times.Count)];

    /// <summary>Quotes gathered in intervals that begin at multiples of the length after midnight. The first interval of each day has no quote before it and is left out; intervals without quotes do not count.
    /// None reaches over a gap: of each piece the first is left out too, and before a gap the last, which the gap may have cut.</summary>
    public IReadOnlyList<QuoteInterval> Intervals(TimeSpan length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(length, TimeSpan.Zero);
        return
        [
            .. Pieces.SelectMany((piece, number) => Whole(piece, length, isBeforeGap: number < Pieces.Count - 1))
                .Where(interval => Times[interval.From - 1].Date == interval.Start.Date)
                .Select(interval => Interval(interval.Start, interval.From, interval.To)),
        ];
    }

    private IEnumerable<(DateTime Start, int From, int To)> Whole(RowRange piece, TimeSpan length, bool isBeforeGap)
    {
        var intervals = ClockIntervals.Of(Times, piece, length).Skip(1);
        return isBeforeGap ? intervals.SkipLast(1) : intervals;
    }

    private QuoteInterval Interval(DateTime start, int from, int to)
    {
        var (bids, asks) = (0.0, 0.0);
        for (var n = from; n < to; n++)
        {
            bids += OrderFlow.BidSide(Bid[n], BidSize[n], Bid[n - 1], BidSize[n - 1]);
            asks += OrderFlow.AskSide(Ask[n], AskSize[n], Ask[n - 1], AskSize[n - 1]);
        }

        return new QuoteInterval(start, from, to, Spreads.Middle(Bid[to - 1], Ask[to - 1]) - Spreads.Middle(Bid[from - 1], Ask[from - 1]), bids, asks);
    }
}
