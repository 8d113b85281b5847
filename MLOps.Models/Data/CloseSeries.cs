using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Features;

namespace MLOps.Models.Data;

/// <summary>The column <c>close</c> of a table as daily percent log returns.</summary>
/// <param name="Dates">One more than returns.</param>
/// <param name="Returns">100·ln(close(t)/close(t−1)), the first belonging to the second day, and so in each of several pieces.</param>
/// <param name="Rows">The row that each return belongs to.</param>
/// <param name="Pieces">Ranges of returns without a gap between them.</param>
internal sealed record CloseSeries(IReadOnlyList<DateOnly> Dates, double[] Returns, int[] Rows, IReadOnlyList<RowRange> Pieces)
{
    /// <exception cref="ModelTrainingException">No dates, no column, dates that do not increase, or a close that is not a positive number; the message names the row.</exception>
    public static CloseSeries From(TrainingData data)
    {
        var times = data.Times ?? throw new ModelTrainingException("Daily closes need dates, and these rows have none: give a column 'date'.");
        var closes = TrainingRows.Finite(data, "close");
        DateOnly[] dates = [.. times.Select(DateOnly.FromDateTime)];
        for (var row = 0; row < closes.Length; row++)
        {
            if (closes[row] <= 0)
            {
                throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"Row {row} ({TimeText.Of(dates[row])}), column 'close' is {closes[row]}; prices must be positive numbers. Repair or remove the row."));
            }

            if (row > 0 && !data.IsAfterGap(row) && dates[row] <= dates[row - 1])
            {
                throw new ModelTrainingException($"Row {row}: the date {TimeText.Of(dates[row])} does not come after {TimeText.Of(dates[row - 1])}; sort the rows by date and remove duplicates.");
            }
        }

        int[] rows = [.. data.Pieces.SelectMany(piece => Enumerable.Range(piece.From + 1, Math.Max(0, piece.Count - 1)))];
        return new CloseSeries(dates, [.. data.Pieces.SelectMany(piece => LogReturns.Percent(closes.AsSpan(piece.From, piece.Count)))], rows, data.PiecesOf(rows));
    }

    /// <summary>Places of the returns from <paramref name="first"/> on that have so many before them without a gap.</summary>
    public int[] From(int first, int before)
    {
        var leading = RowRange.Before(Pieces);
        return [.. Enumerable.Range(first, Math.Max(0, Returns.Length - first)).Where(t => leading[t] >= before)];
    }

    /// <summary>Place of the first return that belongs to this row or a later one.</summary>
    public int FirstFrom(int row)
    {
        var first = Array.FindIndex(Rows, own => own >= row);
        return first < 0 ? Rows.Length : first;
    }

    /// <summary>The newest return of each request, watched for drift.</summary>
    /// <param name="index">Of the newest return in a row of <paramref name="input"/>.</param>
    public MonitoredFeatures Monitored(string input, int index) =>
        new([new MonitoredFeature("return_percent", input, index)], [.. Rows.Select(row => Dates[row])], [.. Returns.Select(r => new[] { r })]);
}
