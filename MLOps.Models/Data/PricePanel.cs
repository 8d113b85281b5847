using System.Globalization;
using MLOps.Models.Catalog;

namespace MLOps.Models.Data;

/// <summary>Prices of several assets, or values of several strategies, at the same times.</summary>
/// <param name="Assets">Names, in the order of the columns.</param>
/// <param name="Prices">One row a time, one column an asset; positive.</param>
internal sealed record PricePanel(IReadOnlyList<DateTime> Times, IReadOnlyList<string> Assets, double[][] Prices)
{
    /// <summary>Every column of numbers.</summary>
    /// <exception cref="ModelTrainingException">The rows have no times, there are fewer columns than <paramref name="atLeast"/>, or a price is not a positive number; the message names it.</exception>
    public static PricePanel From(TrainingData data, int atLeast)
    {
        var times = data.Times ?? throw new ModelTrainingException("A panel of prices needs times, and these rows have none: give a column 'date'.");
        DataColumn[] columns = [.. data.Columns.Where(column => column.Numbers is not null)];
        if (columns.Length < atLeast)
        {
            throw new ModelTrainingException($"The data has {columns.Length} columns of numbers ({string.Join(", ", columns.Select(column => column.Name))}), but at least {atLeast} are needed, one for each asset.");
        }

        foreach (var column in columns)
        {
            var odd = Array.FindIndex(column.Numbers!, price => !(price > 0) || double.IsInfinity(price));
            if (odd >= 0)
            {
                throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"Row {odd}, column '{column.Name}' is {column.Numbers![odd]}; prices must be positive numbers. Repair or remove the row."));
            }
        }

        return new PricePanel(
            times,
            [.. columns.Select(column => column.Name)],
            [.. Enumerable.Range(0, data.Count).Select(row => columns.Select(column => column.Numbers![row]).ToArray())]);
    }

    /// <summary>The named columns alone, in that order.</summary>
    /// <exception cref="ModelTrainingException">One is missing; otherwise as <see cref="From(TrainingData, int)"/>.</exception>
    public static PricePanel From(TrainingData data, IReadOnlyList<string> assets) =>
        From(new TrainingData(data.Times, [.. assets.Select(asset => DataColumn.Of(asset, data.Numbers(asset)))]), assets.Count);

    /// <summary>What each asset is worth after the step from one row to the next, per unit before it; one row fewer than prices.</summary>
    public double[][] Growth() =>
        [.. Prices.Zip(Prices.Skip(1)).Select(pair => pair.First.Zip(pair.Second).Select(prices => prices.Second / prices.First).ToArray())];
}
