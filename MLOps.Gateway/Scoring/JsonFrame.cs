using System.Text.Json;
using MLOps.Inference.Tabular;

namespace MLOps.Gateway.Scoring;

/// <summary>The forms in which JSON holds a table.</summary>
internal sealed class JsonFrame : ScoringFrame
{
    private readonly List<JsonElement> _rows;
    private readonly Action<JsonElement, int, JsonFrame, Cell[]> _read;
    private int _row;

    private JsonFrame(IReadOnlyList<string> columns, List<JsonElement> rows, Action<JsonElement, int, JsonFrame, Cell[]> read)
        : base(columns)
    {
        _rows = rows;
        _read = read;
    }

    /// <summary><c>dataframe_split</c>: names, and rows of values. Without names the columns are numbered.</summary>
    public static JsonFrame Split(JsonElement data)
    {
        JsonElement columns = default;
        if (data.ValueKind != JsonValueKind.Object
            || !data.TryGetProperty("data", out var rows)
            || rows.ValueKind != JsonValueKind.Array
            || (data.TryGetProperty("columns", out columns)
                && (columns.ValueKind != JsonValueKind.Array || columns.EnumerateArray().Any(column => column.ValueKind is not (JsonValueKind.String or JsonValueKind.Number)))))
        {
            throw Invalid("dataframe_split must be {\"columns\": [names], \"data\": [[values]]}.");
        }

        string[] names = columns.ValueKind == JsonValueKind.Array
            ? [.. columns.EnumerateArray().Select(column => column.ToString())]
            : [.. Enumerable.Range(0, rows.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Array } first ? first.GetArrayLength() : 0).Select(i => $"{i}")];
        return new JsonFrame(names, [.. rows.EnumerateArray()], static (row, number, frame, cells) =>
        {
            if (row.ValueKind != JsonValueKind.Array || row.GetArrayLength() != cells.Length)
            {
                throw Invalid($"row {number} of dataframe_split.data is not an array of {cells.Length} values, one for each column.");
            }

            var i = 0;
            foreach (var value in row.EnumerateArray())
            {
                cells[i++] = Cell.Of(value);
            }
        });
    }

    /// <summary><c>dataframe_records</c>: an object for each row. As in pandas any of them may bring a column, which is missing in those without it.</summary>
    public static JsonFrame Records(JsonElement data, string form)
    {
        if (data.ValueKind != JsonValueKind.Array)
        {
            throw Invalid($"{form} is {Cell.Of(data)}: expected an array of objects, one for each row.");
        }

        var names = new List<string>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        var row = 0;
        foreach (var record in data.EnumerateArray())
        {
            if (record.ValueKind != JsonValueKind.Object)
            {
                throw Invalid($"record {row} of {form} is {Cell.Of(record)}: expected an object of values by column.");
            }

            names.AddRange(record.EnumerateObject().Select(property => property.Name).Where(known.Add));
            row++;
        }

        return new JsonFrame(names, [.. data.EnumerateArray()], static (record, _, frame, cells) =>
        {
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = record.TryGetProperty(frame.Columns[i], out var value) ? Cell.Of(value) : default;
            }
        });
    }

    /// <summary><c>inputs</c> as an object of columns, for models whose signature has columns.</summary>
    public static JsonFrame ByColumn(JsonElement data)
    {
        var columns = data.EnumerateObject().ToArray();
        var length = 0;
        foreach (var (name, value) in columns.Select(column => (column.Name, column.Value)))
        {
            if (value.ValueKind != JsonValueKind.Array)
            {
                throw Invalid($"column '{TensorBuilder.Shown(name)}' of inputs is {Cell.Of(value)}: expected an array, one value for each row.");
            }

            if (name == columns[0].Name)
            {
                length = value.GetArrayLength();
            }
            else if (value.GetArrayLength() != length)
            {
                throw Invalid($"column '{TensorBuilder.Shown(name)}' of inputs has {value.GetArrayLength()} values, and '{TensorBuilder.Shown(columns[0].Name)}' {length}: expected one for each row.");
            }
        }

        var values = columns.Select(column => column.Value.EnumerateArray().ToArray()).ToArray();
        return new JsonFrame([.. columns.Select(column => column.Name)], [.. Enumerable.Repeat<JsonElement>(default, length)], (_, number, frame, cells) =>
        {
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = Cell.Of(values[i][number]);
            }
        });
    }

    public override ValueTask<bool> TryReadAsync(Cell[] row, CancellationToken cancellationToken)
    {
        if (_row == _rows.Count)
        {
            return ValueTask.FromResult(false);
        }

        _read(_rows[_row], _row, this, row);
        _row++;
        return ValueTask.FromResult(true);
    }
}
