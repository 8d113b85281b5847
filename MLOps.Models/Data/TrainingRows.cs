using System.Globalization;
using MLOps.Models.Catalog;

namespace MLOps.Models.Data;

/// <summary>Cuts what may be looked at out of a training request, and checks it.</summary>
internal static class TrainingRows
{
    /// <summary>The rows up to the request's last training day, inclusive.</summary>
    /// <exception cref="ModelTrainingException">The columns differ in length, dates do not increase, a price is not a positive number, a volume is negative or not a number, or fewer rows than <paramref name="atLeast"/> remain.</exception>
    public static OhlcvSeries Select(TrainingRequest request, int atLeast)
    {
        var data = request.Data;
        if (data.Open.Length != data.Count || data.High.Length != data.Count || data.Low.Length != data.Count
            || data.Close.Length != data.Count || data.Volume.Length != data.Count)
        {
            throw new ModelTrainingException(
                $"The series has {data.Count} dates but {data.Open.Length} opens, {data.High.Length} highs, {data.Low.Length} lows, {data.Close.Length} closes and {data.Volume.Length} volumes; every column needs one value a day.");
        }

        var count = request.TrainEnd is { } end ? data.Dates.TakeWhile(date => date <= end).Count() : data.Count;
        if (count < atLeast)
        {
            throw new ModelTrainingException(
                string.Create(CultureInfo.InvariantCulture, $"{count} rows are up to the end of training ({request.TrainEnd?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "the last row"}), but at least {atLeast} are needed; give more history or a later train_end."));
        }

        for (var i = 0; i < count; i++)
        {
            CheckRow(data, i);
        }

        return new OhlcvSeries(
            [.. data.Dates.Take(count)], data.Open[..count], data.High[..count], data.Low[..count], data.Close[..count], data.Volume[..count]);
    }

    private static void CheckRow(OhlcvSeries data, int i)
    {
        if (i > 0 && data.Dates[i] <= data.Dates[i - 1])
        {
            throw new ModelTrainingException($"Row {i}: the date {Text(data.Dates[i])} does not come after {Text(data.Dates[i - 1])}; sort the rows by date and remove duplicates.");
        }

        CheckPrice("open", data.Open[i], data.Dates[i]);
        CheckPrice("high", data.High[i], data.Dates[i]);
        CheckPrice("low", data.Low[i], data.Dates[i]);
        CheckPrice("close", data.Close[i], data.Dates[i]);
        if (!(data.Volume[i] >= 0) || double.IsInfinity(data.Volume[i]))
        {
            throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"The volume on {Text(data.Dates[i])} is {data.Volume[i]}; volumes must be numbers of at least 0 (0 where there is none)."));
        }
    }

    private static void CheckPrice(string column, double price, DateOnly date)
    {
        if (!(price > 0) || double.IsInfinity(price))
        {
            throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"The {column} on {Text(date)} is {price}; prices must be positive numbers. Repair or remove the row."));
        }
    }

    private static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
