using System.Globalization;

namespace MLOps.Silo.Datasets;

/// <summary>Daily bars: see <see cref="OhlcvRow"/>, and dates strictly increasing.</summary>
internal sealed class OhlcvCheck(IReadOnlyList<string> header) : IRowCheck
{
    private readonly OhlcvColumns _columns = OhlcvColumns.Find(header);
    private DateOnly? _first;
    private DateOnly _last;

    public (DateOnly First, DateOnly Last)? Period => _first is { } first ? (first, _last) : null;

    public void Check(long line, IReadOnlyList<string> cells)
    {
        var row = OhlcvRow.Parse(line, cells, _columns);
        if (_first is not null && row.Date <= _last)
        {
            throw OhlcvRow.Bad(line, "date", cells[_columns.Date], string.Create(CultureInfo.InvariantCulture, $"a date after the row before it ({_last:yyyy-MM-dd}); dates increase strictly"));
        }

        _first ??= row.Date;
        _last = row.Date;
    }
}
