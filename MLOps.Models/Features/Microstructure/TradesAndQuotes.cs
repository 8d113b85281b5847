namespace MLOps.Models.Features.Microstructure;

/// <summary>Trades in order of time, each with the best quote in force before it. Prices in currency, sizes in units, quoted sizes in any one unit.</summary>
public sealed record TradesAndQuotes(double[] Price, double[] Size, double[] Bid, double[] Ask, double[] BidSize, double[] AskSize)
{
    public int Count => Price.Length;

    public double[] Middles()
    {
        var middles = new double[Count];
        for (var t = 0; t < middles.Length; t++)
        {
            middles[t] = Spreads.Middle(Bid[t], Ask[t]);
        }

        return middles;
    }
}
