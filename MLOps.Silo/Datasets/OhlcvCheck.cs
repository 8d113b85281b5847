using System.Globalization;
using MLOps.Models.Data;

namespace MLOps.Silo.Datasets;

/// <summary>Daily bars: dates increase strictly, prices are above 0, and low and high hold open and close between them.</summary>
internal sealed class OhlcvCheck(IReadOnlyList<string> header) : IRowCheck
{
    /// <summary>How far, relative to the high, a low or high may lie on the wrong side of open or close: vendors round each price to six digits or so on its own.
    /// Beyond it the row is wrong.</summary>
    public const double Tolerance = 1e-6;

    private readonly OhlcvColumns _columns = OhlcvColumns.Find(header);
    private DateOnly? _first;
    private DateOnly _last;

    public (DateOnly First, DateOnly Last)? Period => _first is { } first ? (first, _last) : null;

    public void Check(DatasetRow row)
    {
        var date = Date(row);
        if (_first is not null && date <= _last)
        {
            throw row.Bad(_columns.Date, string.Create(CultureInfo.InvariantCulture, $"a date after the row before it ({_last:yyyy-MM-dd}); dates increase strictly"));
        }

        CheckPrices(row);
        if (Number(row, _columns.Volume) < 0)
        {
            throw row.Bad(_columns.Volume, "a volume of 0 or more");
        }

        _first ??= date;
        _last = date;
    }

    private void CheckPrices(DatasetRow row)
    {
        var (open, high, low, close) = (Price(row, _columns.Open), Price(row, _columns.High), Price(row, _columns.Low), Price(row, _columns.Close));
        var slack = Tolerance * high;
        var said = $"open ({row.Text(_columns.Open)}) and close ({row.Text(_columns.Close)})";
        if (low > Math.Min(open, close) + slack)
        {
            throw row.Bad(_columns.Low, $"at most {said}");
        }

        if (high < Math.Max(open, close) - slack)
        {
            throw row.Bad(_columns.High, $"at least {said}");
        }
    }

    /// <summary>A Parquet file may have its dates as timestamps, which then are midnight.</summary>
    private DateOnly Date(DatasetRow row) =>
        row[_columns.Date].Text is { } text && TimeText.TryParse(text, out var time) && time.TimeOfDay == TimeSpan.Zero
            ? DateOnly.FromDateTime(time)
            : throw row.Bad(_columns.Date, "an ISO date such as 2020-03-31");

    private static double Number(DatasetRow row, int column) =>
        row[column] is { IsNumber: true, Number: var value } && double.IsFinite(value) ? value : throw row.Bad(column, "a finite number");

    private static double Price(DatasetRow row, int column) => Number(row, column) is > 0 and var price ? price : throw row.Bad(column, "a price above 0");
}
