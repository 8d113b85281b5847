using System.Globalization;
using MLOps.Models.Data;

namespace MLOps.Silo.Datasets;

/// <summary>A plain table. Where it has a column <c>date</c> or <c>time</c>, every row has a time there and none comes before the row above it; several may have one time, as the assets of a day.</summary>
internal sealed class TableCheck(IReadOnlyList<string> header) : IRowCheck
{
    private readonly int _column = TimeText.ColumnOf(header);
    private DateTime? _first;
    private DateTime _last;

    public (DateOnly First, DateOnly Last)? Period => _first is { } first ? (DateOnly.FromDateTime(first), DateOnly.FromDateTime(_last)) : null;

    public void Check(DatasetRow row)
    {
        if (_column < 0)
        {
            return;
        }

        if (row[_column].Text is not { } text || !TimeText.TryParse(text, out var time))
        {
            throw row.Bad(_column, "an ISO date such as 2020-03-31 or a timestamp such as 2020-03-31T16:00:00Z; a column that is no time needs another name");
        }

        if (_first is not null && time < _last)
        {
            throw row.Bad(_column, string.Create(CultureInfo.InvariantCulture, $"a time that is not before the row above ({_last:yyyy-MM-dd'T'HH:mm:ss.FFFFFFF}); sort the rows"));
        }

        _first ??= time;
        _last = time;
    }
}
