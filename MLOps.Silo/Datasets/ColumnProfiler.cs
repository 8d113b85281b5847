using MLOps.Contracts.Datasets;
using MLOps.Contracts.Problems;
using MLOps.Inference.Tabular;
using MLOps.Models.Data;
using MLOps.Monitoring.Statistics;

namespace MLOps.Silo.Datasets;

/// <summary>Finds a column's type and figures while its cells go by, in memory that does not grow with their number.
/// The type is the narrowest of long, double, boolean, date, datetime (both ISO 8601) and string that every cell fits which is not missing.</summary>
internal sealed class ColumnProfiler(string name)
{
    /// <summary>Different texts that are counted.</summary>
    private const int MaximumDistinct = 1_000;
    private const int TopValues = 10;

    /// <summary>Longest text that is kept, in characters.</summary>
    private const int MaximumText = 100;

    private static readonly double[] Shares = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1];

    private readonly QuantileSketch _quantiles = new();
    private readonly StreamingHistogram _histogram = new();
    private Dictionary<string, long>? _values = new(StringComparer.Ordinal);
    private long _missing;
    private bool _isLong = true;
    private bool _isNumber = true;
    private bool _isBoolean = true;
    private bool _isDate = true;
    private bool _isTime = true;
    private double _mean;
    private double _squares;
    private (DateTime Time, string Text)? _first;
    private (DateTime Time, string Text)? _last;
    private double _minimum = double.PositiveInfinity;
    private double _maximum = double.NegativeInfinity;
    private MLOpsException? _infinite;
    private long _present;

    public void Add(DatasetRow row, int column)
    {
        var cell = row[column];
        if (cell.Kind == CellKind.Null || (cell.IsNumber && double.IsNaN(cell.Number)))
        {
            _missing++;
            return;
        }

        _present++;
        _isLong &= cell.Kind == CellKind.Integer;
        _isBoolean &= cell.Kind == CellKind.Boolean;
        if (_isNumber && cell.IsNumber)
        {
            AddNumber(cell.Number, row, column);
        }
        else
        {
            AddText(cell);
        }
    }

    /// <exception cref="MLOpsException">InvalidArgument: a column of numbers has one that is infinite.</exception>
    public (DatasetColumn Column, ColumnProfile Profile) Finish()
    {
        var type = Type();
        var isNumber = type is "long" or "double";
        if (isNumber && _infinite is { } infinite)
        {
            throw infinite;
        }

        double? minimum = isNumber ? _minimum : null;
        double? maximum = isNumber ? _maximum : null;
        double? mean = isNumber ? FiniteOrNull(_mean) : null;
        var isTime = type is "date" or "datetime";
        return (
            new DatasetColumn(name, type, _missing, minimum, maximum, mean),
            new ColumnProfile(
                name,
                type,
                _present,
                _missing,
                minimum,
                maximum,
                mean,
                isNumber && _present > 1 ? FiniteOrNull(Math.Sqrt(_squares / (_present - 1))) : null,
                isNumber ? Quantiles() : [],
                isNumber ? [.. _histogram.Bins(type == "long" ? 1 : 0).Select(bin => new HistogramBin(Finite(bin.From), Finite(bin.To), bin.Count))] : [],
                isNumber ? null : _values?.Count,
                isNumber || isTime || _values is null ? [] : [.. _values.OrderByDescending(value => value.Value).ThenBy(value => value.Key, StringComparer.Ordinal).Take(TopValues).Select(value => new ValueCount(value.Key, value.Value))],
                isTime ? _first?.Text : null,
                isTime ? _last?.Text : null));
    }

    private string Type() =>
        _present == 0 ? "string"
        : _isLong ? "long"
        : _isNumber ? "double"
        : _isBoolean ? "boolean"
        : _isDate ? "date"
        : _isTime ? "datetime"
        : "string";

    /// <summary>A sketch may have let go of the extremes, which are known.</summary>
    private ColumnQuantile[] Quantiles() =>
    [
        .. Shares.Zip(_quantiles.Quantiles(Shares), (share, value) => new ColumnQuantile(share, share == 0 ? _minimum : share == 1 ? _maximum : value)),
    ];

    private void AddNumber(double value, DatasetRow row, int column)
    {
        if (double.IsInfinity(value))
        {
            _infinite ??= row.Bad(column, "a finite number, or nothing where it is missing");
            return;
        }

        _quantiles.Add(value);
        _histogram.Add(value);
        _minimum = Math.Min(_minimum, value);
        _maximum = Math.Max(_maximum, value);
        var before = value - _mean;
        _mean += before / _present;
        _squares += before * (value - _mean);
    }

    private void AddText(Cell cell)
    {
        if (_isNumber && _present > 1)
        {
            // Numbers came before: their texts were not counted.
            (_values, _isDate, _isTime) = (null, false, false);
        }

        _isNumber = false;
        var text = cell.Text ?? cell.ToString();
        var isTime = _isTime && TimeText.TryParse(text, out _);
        _isDate &= isTime && text.Length == "2020-01-02".Length;
        _isTime &= isTime;
        if (isTime && TimeText.TryParse(text, out var time))
        {
            _first = _first is { } first && first.Time <= time ? first : (time, text);
            _last = _last is { } last && last.Time >= time ? last : (time, text);
        }

        var shown = text.Length > MaximumText ? text[..MaximumText] + "…" : text;
        if (_values is not null && !_values.TryAdd(shown, 1))
        {
            _values[shown]++;
        }

        if (_values?.Count > MaximumDistinct)
        {
            _values = null;
        }
    }

    /// <summary>The squares of the largest doubles are beyond them.</summary>
    private static double? FiniteOrNull(double value) => double.IsFinite(value) ? value : null;

    /// <summary>JSON has no infinity.</summary>
    private static double Finite(double edge) => Math.Clamp(edge, -double.MaxValue, double.MaxValue);
}
