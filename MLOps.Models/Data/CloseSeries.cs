using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Features;

namespace MLOps.Models.Data;

/// <summary>The column <c>close</c> of a table as daily percent log returns.</summary>
/// <param name="Dates">One more than returns.</param>
/// <param name="Returns">100·ln(close(t)/close(t−1)), the first belonging to the second day.</param>
internal sealed record CloseSeries(IReadOnlyList<DateOnly> Dates, double[] Returns)
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

            if (row > 0 && dates[row] <= dates[row - 1])
            {
                throw new ModelTrainingException($"Row {row}: the date {TimeText.Of(dates[row])} does not come after {TimeText.Of(dates[row - 1])}; sort the rows by date and remove duplicates.");
            }
        }

        return new CloseSeries(dates, LogReturns.Percent(closes));
    }

    /// <summary>The newest return of each request, watched for drift.</summary>
    /// <param name="index">Of the newest return in a row of <paramref name="input"/>.</param>
    public MonitoredFeatures Monitored(string input, int index) =>
        new([new MonitoredFeature("return_percent", input, index)], [.. Dates.Skip(1)], [.. Returns.Select(r => new[] { r })]);
}
