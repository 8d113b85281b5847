using MLOps.Models.Data;
using MLOps.Models.Features.Microstructure;

namespace MLOps.Models.Classical.Microstructure;

/// <summary>Reads trades with their quotes out of a table and checks them.</summary>
internal static class TradeRows
{
    /// <exception cref="Catalog.ModelTrainingException">A column is missing, a price is not positive, a size is negative, or a bid lies above its ask; the message names row and column.</exception>
    public static TradesAndQuotes Of(TrainingData data)
    {
        var trades = new TradesAndQuotes(
            QuoteRows.Positive(data, "price"),
            QuoteRows.NotNegative(data, "size"),
            QuoteRows.Positive(data, "bid"),
            QuoteRows.Positive(data, "ask"),
            QuoteRows.NotNegative(data, "bid_size"),
            QuoteRows.NotNegative(data, "ask_size"));
        QuoteRows.CheckNotCrossed(trades.Bid, trades.Ask);
        return trades;
    }
}
