using System.Globalization;
using MLOps.Models.Catalog;

namespace MLOps.Models.Data;

/// <summary>Daily prices of several assets on the same days, every price a positive number.</summary>
/// <param name="Prices">One row a day, one column an asset.</param>
/// <param name="Pieces">Ranges of days without a gap between them.</param>
internal sealed record AssetPanel(IReadOnlyList<DateOnly> Dates, IReadOnlyList<string> Assets, double[][] Prices, IReadOnlyList<RowRange> Pieces)
{
    /// <summary>Every column of numbers is an asset.</summary>
    /// <exception cref="ModelTrainingException">Fewer assets than <paramref name="atLeast"/>, no dates, dates that do not increase, or a price that is not a positive number; the message names row and column.</exception>
    public static AssetPanel From(TrainingData data, int atLeast)
    {
        var columns = data.Columns.Where(column => column.Numbers is not null).ToArray();
        if (columns.Length < atLeast)
        {
            throw new ModelTrainingException($"The data has {columns.Length} columns of prices ({string.Join(", ", columns.Select(column => column.Name))}), but at least {atLeast} assets are needed.");
        }

        var times = data.Times ?? throw new ModelTrainingException("A panel of prices needs dates, and these rows have none: give a column 'date'.");
        DateOnly[] dates = [.. times.Select(DateOnly.FromDateTime)];
        for (var row = 0; row < dates.Length; row++)
        {
            CheckRow(columns, dates, row, data.IsAfterGap(row));
        }

        return new AssetPanel(dates, [.. columns.Select(column => column.Name)], [.. Enumerable.Range(0, dates.Length).Select(row => Array.ConvertAll(columns, column => column.Numbers![row]))], data.Pieces);
    }

    /// <summary>ln(p(t)/p(t−1)): one row fewer than days in each piece, the first belonging to its second day.</summary>
    public double[][] LogReturns() => Changes((now, before) => Math.Log(now / before));

    /// <summary>p(t)/p(t−1) − 1: what a portfolio's return is the weighted sum of.</summary>
    public double[][] SimpleReturns() => Changes((now, before) => (now / before) - 1);

    private double[][] Changes(Func<double, double, double> change) =>
        [.. Pieces.SelectMany(piece => Enumerable.Range(piece.From + 1, Math.Max(0, piece.Count - 1))).Select(day => Prices[day].Select((price, asset) => change(price, Prices[day - 1][asset])).ToArray())];

    private static void CheckRow(DataColumn[] columns, DateOnly[] dates, int row, bool isAfterGap)
    {
        if (row > 0 && !isAfterGap && dates[row] <= dates[row - 1])
        {
            throw new ModelTrainingException($"Row {row}: the date {TimeText.Of(dates[row])} does not come after {TimeText.Of(dates[row - 1])}; sort the rows by date and remove duplicates.");
        }

        foreach (var column in columns)
        {
            if (!(column.Numbers![row] > 0) || double.IsInfinity(column.Numbers[row]))
            {
                throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"Row {row} ({TimeText.Of(dates[row])}), column '{column.Name}' is {column.Numbers[row]}; prices must be positive numbers. Repair or remove the row."));
            }
        }
    }
}
