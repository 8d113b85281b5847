namespace MLOps.Models.Features.Microstructure;

/// <summary>Order flow imbalance at the best quotes. Cont, Kukanov and Stoikov (2014), "The Price Impact of Order Book Events".</summary>
public static class OrderFlow
{
    /// <summary>What each quote adds to the imbalance: size that came to the bid or left the ask counts up, the reverse down. 0 for the first quote.</summary>
    public static double[] Contributions(ReadOnlySpan<double> bid, ReadOnlySpan<double> bidSize, ReadOnlySpan<double> ask, ReadOnlySpan<double> askSize)
    {
        if (bidSize.Length != bid.Length || ask.Length != bid.Length || askSize.Length != bid.Length)
        {
            throw new ArgumentException($"There are {bid.Length} bids, {bidSize.Length} bid sizes, {ask.Length} asks and {askSize.Length} ask sizes; give as many of each.", nameof(bid));
        }

        var flow = new double[bid.Length];
        for (var n = 1; n < flow.Length; n++)
        {
            flow[n] = BidSide(bid[n], bidSize[n], bid[n - 1], bidSize[n - 1]) - AskSide(ask[n], askSize[n], ask[n - 1], askSize[n - 1]);
        }

        return flow;
    }

    /// <summary>Change of the size that stands at the bid, where a better bid brings all of its size and a worse one takes all of the old.</summary>
    public static double BidSide(double price, double size, double priceBefore, double sizeBefore) =>
        (price >= priceBefore ? size : 0) - (price <= priceBefore ? sizeBefore : 0);

    /// <summary>The same of the ask, where the lower price is the better one.</summary>
    public static double AskSide(double price, double size, double priceBefore, double sizeBefore) => BidSide(-price, size, -priceBefore, sizeBefore);
}
