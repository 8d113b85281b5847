using System.Globalization;
using MLOps.Models.Catalog;

namespace MLOps.Models.Data;

/// <summary>Makes training data of a table's cells as they come: the column <c>date</c> or <c>time</c> becomes the times, others numbers or texts; an empty cell is a missing value.</summary>
public sealed class TrainingDataBuilder
{
    private readonly IReadOnlyList<string> _names;
    private readonly int _time;
    private readonly List<DateTime> _times = [];
    private readonly List<double>?[] _numbers;
    private readonly List<string>?[] _texts;

    /// <param name="names">Every column of the table, in order.</param>
    /// <param name="isNumber">Whether each has numbers.</param>
    public TrainingDataBuilder(IReadOnlyList<string> names, IReadOnlyList<bool> isNumber)
    {
        _names = names;
        _time = TimeText.ColumnOf(names);
        _numbers = [.. isNumber.Select((number, i) => number && i != _time ? new List<double>() : null)];
        _texts = [.. isNumber.Select((number, i) => !number && i != _time ? new List<string>() : null)];
    }

    /// <param name="line">Where the row is in its file, for messages.</param>
    /// <exception cref="ModelTrainingException">A cell is not what its column has; the message names line, column and cell.</exception>
    public void Add(long line, IReadOnlyList<string> cells)
    {
        if (cells.Count != _names.Count)
        {
            throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"Line {line} has {cells.Count} columns: expected {_names.Count}, as in the header."));
        }

        for (var i = 0; i < cells.Count; i++)
        {
            if (i == _time)
            {
                _times.Add(TimeText.TryParse(cells[i], out var time) ? time : throw Bad(line, i, cells[i], "an ISO date (2020-12-31) or timestamp (2020-12-31T16:00:00Z)"));
            }
            else if (_numbers[i] is { } numbers)
            {
                numbers.Add(TryNumber(cells[i], out var number) ? number : throw Bad(line, i, cells[i], "a number, or nothing where it is missing"));
            }
            else
            {
                _texts[i]!.Add(cells[i]);
            }
        }
    }

    public TrainingData Build() => new(
        _time >= 0 ? _times.ToArray() : null,
        [.. _names.Select((name, i) => new DataColumn(name, _numbers[i]?.ToArray(), _texts[i]?.ToArray())).Where((_, i) => i != _time)]);

    /// <summary>Whether a cell can stand in a column of numbers: a finite number, or a missing one (nothing, or NaN).</summary>
    public static bool TryNumber(string cell, out double number)
    {
        if (cell.Length == 0)
        {
            number = double.NaN;
            return true;
        }

        return double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && !double.IsInfinity(number);
    }

    private ModelTrainingException Bad(long line, int column, string cell, string expected) =>
        new(string.Create(CultureInfo.InvariantCulture, $"Line {line}, column '{_names[column]}' is '{(cell.Length > 40 ? cell[..40] + "…" : cell)}': expected {expected}."));
}
