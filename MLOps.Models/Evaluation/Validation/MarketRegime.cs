using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Models.Evaluation.Validation;

/// <summary>Whether the market was turbulent on each row: realised volatility of the last rows above the median that it had in training. Nothing of the rows after the training is in the threshold.</summary>
/// <param name="IsHigh">Null where too few rows come before.</param>
internal sealed record MarketRegime(string Definition, double Threshold, bool?[] IsHigh)
{
    /// <summary>Rows that the volatility looks back on: a month of trading days.</summary>
    public const int LookBack = 21;

    /// <param name="trainedTo">Row after the last that the threshold may look at.</param>
    /// <exception cref="ValidationGapException">The data has no price, or too few rows to fit a threshold.</exception>
    public static MarketRegime Of(IModelDefinition definition, TrainedModel model, TrainingData data, int trainedTo)
    {
        var (what, moves) = Moves(definition, model, data);
        var volatilities = Trailing(moves);
        double[] known = [.. volatilities.Take(trainedTo).Where(double.IsFinite).Order()];
        if (known.Length < 2 * LookBack)
        {
            throw new ValidationGapException($"{known.Length} training rows have a volatility of {LookBack} rows, too few for a threshold");
        }

        var threshold = 0.5 * (known[(known.Length - 1) / 2] + known[known.Length / 2]);
        return new MarketRegime(
            string.Create(CultureInfo.InvariantCulture, $"high: quadratic mean over {LookBack} rows of {what} above its median over the training rows"),
            threshold,
            Array.ConvertAll(volatilities, volatility => double.IsFinite(volatility) ? volatility > threshold : (bool?)null));
    }

    /// <summary>The size of each row's move; NaN where there is none.</summary>
    private static (string What, double[] Moves) Moves(IModelDefinition definition, TrainedModel model, TrainingData data)
    {
        var values = model.Parameters.GetValueOrDefault("values");
        if (values is not null && model.Parameters.GetValueOrDefault("column") is { } column && Numbers(data, column) is { } own)
        {
            switch (values)
            {
                case "returns":
                    return ($"'{column}'", own);
                case "variance":
                    return ($"the root of '{column}'", Array.ConvertAll(own, Math.Sqrt));
                case "prices" or "intraday-prices":
                    return ($"log returns of '{column}'", LogReturns(own, column));
            }
        }

        foreach (var name in (string?[])["close", "price", model.Parameters.GetValueOrDefault("y_column")])
        {
            if (name is not null && Numbers(data, name) is { } prices)
            {
                return ($"log returns of '{name}'", LogReturns(prices, name));
            }
        }

        if (Numbers(data, "bid") is { } bid && Numbers(data, "ask") is { } ask)
        {
            return ("log returns of the middle of 'bid' and 'ask'", LogReturns([.. bid.Zip(ask, (low, high) => 0.5 * (low + high))], "bid"));
        }

        return definition.Data.MinimumNumbers > 1 && !data.Columns.Any(other => other.Numbers is { } numbers && numbers.Any(price => !(price > 0)))
            ? ("the mean log return of all columns", Mean([.. data.Columns.Where(asset => asset.Numbers is not null).Select(asset => LogReturns(asset.Numbers!, asset.Name))]))
            : throw new ValidationGapException($"the data has no price to see a regime by: a column close, price, or bid and ask; it has {string.Join(", ", data.Columns.Select(had => had.Name).DefaultIfEmpty("times alone"))}");
    }

    private static double[]? Numbers(TrainingData data, string name) => data.Columns.FirstOrDefault(column => column.Name == name)?.Numbers;

    private static double[] LogReturns(double[] prices, string name)
    {
        var odd = Array.FindIndex(prices, price => !(price > 0) || !double.IsFinite(price));
        return odd < 0
            ? [double.NaN, .. Enumerable.Range(1, prices.Length - 1).Select(t => Math.Log(prices[t] / prices[t - 1]))]
            : throw new ValidationGapException(string.Create(CultureInfo.InvariantCulture, $"row {odd}, column '{name}' is {prices[odd]}: no price to see a regime by"));
    }

    private static double[] Mean(double[][] assets) => [.. Enumerable.Range(0, assets[0].Length).Select(t => assets.Average(asset => asset[t]))];

    private static double[] Trailing(double[] moves) =>
        [.. Enumerable.Range(1, moves.Length).Select(end => end < LookBack ? double.NaN : Math.Sqrt(moves[(end - LookBack)..end].Average(move => move * move)))];
}
