using System.Globalization;
using MLOps.Models.Catalog;

namespace MLOps.Models.Data;

/// <summary>Cuts what may be looked at out of a training request, and checks it.</summary>
internal static class TrainingRows
{
    /// <summary>The daily bars up to the request's last training day, inclusive.</summary>
    /// <exception cref="ModelTrainingException">A column is missing, dates do not increase, a price is not a positive number, a volume is negative or not a number, or fewer rows than <paramref name="atLeast"/> remain.</exception>
    public static OhlcvSeries Select(TrainingRequest request, int atLeast) => Bars(SelectTable(request, atLeast));

    /// <summary><see cref="Select"/>, each piece of rows by itself.</summary>
    /// <exception cref="ModelTrainingException">As <see cref="Select"/>.</exception>
    public static IReadOnlyList<OhlcvSeries> SelectParts(TrainingRequest request, int atLeast) => [.. SelectTable(request, atLeast).Parts().Select(Bars)];

    /// <summary>All rows as daily bars.</summary>
    /// <exception cref="ModelTrainingException">As <see cref="Select"/>, but for the number of rows.</exception>
    public static OhlcvSeries Bars(TrainingData rows)
    {
        var bars = rows.Bars();
        for (var i = 0; i < bars.Count; i++)
        {
            CheckRow(bars, i);
        }

        return bars;
    }

    /// <summary>The rows of any table up to the request's last training day, inclusive.</summary>
    /// <exception cref="ModelTrainingException">Times decrease, a training end is given and the rows have no times, or fewer rows than <paramref name="atLeast"/> remain.</exception>
    public static TrainingData SelectTable(TrainingRequest request, int atLeast)
    {
        var data = request.Data;
        if (request.TrainEnd is not null && data.Times is null)
        {
            throw new ModelTrainingException("A train_end was given, but the rows have no times: give a column 'date' or 'time', or leave train_end out.");
        }

        var count = request.TrainEnd is { } end ? data.Times!.TakeWhile(time => DateOnly.FromDateTime(time) <= end).Count() : data.Count;
        if (count < atLeast)
        {
            throw new ModelTrainingException(
                string.Create(CultureInfo.InvariantCulture, $"{count} rows are up to the end of training ({(request.TrainEnd is { } last ? TimeText.Of(last) : "the last row")}), but at least {atLeast} are needed; give more history or a later train_end."));
        }

        for (var i = 1; i < count && data.Times is { } times; i++)
        {
            if (times[i] < times[i - 1] && !data.IsAfterGap(i))
            {
                throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"Row {i}: the time {times[i]:O} comes before {times[i - 1]:O}; sort the rows by time."));
            }
        }

        return data.Rows(0, count);
    }

    /// <summary>The numbers of a column, all finite.</summary>
    /// <exception cref="ModelTrainingException">The column is missing, or a number is not finite; the message names row and column.</exception>
    public static double[] Finite(TrainingData data, string column)
    {
        var numbers = data.Numbers(column);
        var odd = Array.FindIndex(numbers, number => !double.IsFinite(number));
        return odd < 0
            ? numbers
            : throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"Row {odd}, column '{column}' is {numbers[odd]}: expected a finite number. Repair or remove the row."));
    }

    private static void CheckRow(OhlcvSeries data, int i)
    {
        if (i > 0 && data.Dates[i] <= data.Dates[i - 1])
        {
            throw new ModelTrainingException($"Row {i}: the date {TimeText.Of(data.Dates[i])} does not come after {TimeText.Of(data.Dates[i - 1])}; sort the rows by date and remove duplicates.");
        }

        CheckPrice("open", data.Open[i], data.Dates[i]);
        CheckPrice("high", data.High[i], data.Dates[i]);
        CheckPrice("low", data.Low[i], data.Dates[i]);
        CheckPrice("close", data.Close[i], data.Dates[i]);
        if (!(data.Volume[i] >= 0) || double.IsInfinity(data.Volume[i]))
        {
            throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"The volume on {TimeText.Of(data.Dates[i])} is {data.Volume[i]}; volumes must be numbers of at least 0 (0 where there is none)."));
        }
    }

    private static void CheckPrice(string column, double price, DateOnly date)
    {
        if (!(price > 0) || double.IsInfinity(price))
        {
            throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"The {column} on {TimeText.Of(date)} is {price}; prices must be positive numbers. Repair or remove the row."));
        }
    }
}
