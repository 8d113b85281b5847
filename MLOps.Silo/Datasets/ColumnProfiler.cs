using System.Globalization;
using MLOps.Contracts.Datasets;

namespace MLOps.Silo.Datasets;

/// <summary>Finds a column's type and figures while its cells go by, in constant memory.
/// The type is the narrowest of long, double, date (ISO) and string that every cell fits; an empty cell is missing.</summary>
internal sealed class ColumnProfiler(string name)
{
    private long _present;
    private long _missing;
    private bool _long = true;
    private bool _double = true;
    private bool _date = true;
    private double _minimum = double.PositiveInfinity;
    private double _maximum = double.NegativeInfinity;
    private double _mean;

    public void Add(string cell)
    {
        if (cell.Length == 0)
        {
            _missing++;
            return;
        }

        _present++;
        _date &= DateOnly.TryParseExact(cell, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
        _long &= long.TryParse(cell, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
        if (_double && double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
        {
            _minimum = Math.Min(_minimum, value);
            _maximum = Math.Max(_maximum, value);
            _mean += (value - _mean) / _present;
        }
        else
        {
            _double = false;
        }
    }

    public DatasetColumn ToColumn()
    {
        var type = _present == 0 ? "string" : _long ? "long" : _double ? "double" : _date ? "date" : "string";
        return type is "long" or "double"
            ? new DatasetColumn(name, type, _missing, _minimum, _maximum, _mean)
            : new DatasetColumn(name, type, _missing, null, null, null);
    }
}
