using System.Text.Json;

namespace MLOps.Inference.Tabular;

/// <summary>JSON lines as a table: the members of the first line's object are the columns. A member that another line leaves out, or gives as null, is missing there.</summary>
public sealed class JsonLinesTableReader : ITableReader
{
    private const int MaximumColumns = 1_000;

    /// <summary>Most characters of one chunk, counted with what a cell costs beside them.</summary>
    private const long MaximumChunk = 1L << 27;
    private const int CellCost = 16;

    private readonly JsonLinesReader _lines;
    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);
    private readonly string[] _names;
    private Cell[]? _first;
    private int[] _selected;
    private long _row = 1;

    private JsonLinesTableReader(JsonLinesReader lines, JsonDocument first)
    {
        _lines = lines;
        foreach (var member in first.RootElement.EnumerateObject())
        {
            if (member.Name.Length == 0 || !_columns.TryAdd(member.Name, _columns.Count))
            {
                throw InferenceException.Invalid($"Line {lines.Line} names column '{Quoted.Short(member.Name)}' {(member.Name.Length == 0 ? "with no text" : "twice")}: every column needs a name of its own.");
            }
        }

        if (_columns.Count is 0 or > MaximumColumns)
        {
            throw InferenceException.Invalid($"Line {lines.Line} has {_columns.Count} members: expected 1 to {MaximumColumns}.");
        }

        _names = [.. _columns.Keys];
        _selected = [.. Enumerable.Range(0, _names.Length)];
        Columns = [.. _names.Select(name => new ColumnInfo(name, ColumnType.Text))];
        _first = Row(first);
    }

    public IReadOnlyList<ColumnInfo> Columns { get; }

    /// <param name="content">Where the first line begins; it stays the caller's.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <exception cref="InferenceException">InvalidRequest: no first line, or one that gives no columns.</exception>
    public static async Task<JsonLinesTableReader> OpenAsync(Stream content, CancellationToken cancellationToken = default)
    {
        var lines = new JsonLinesReader(content);
        using var first = await lines.ReadAsync(cancellationToken) ?? throw InferenceException.Invalid("The file is empty: expected one JSON object a line.");
        return new JsonLinesTableReader(lines, first);
    }

    public void Select(IReadOnlyCollection<string> names)
    {
        TableReader.Check(Columns, names);
        _selected = [.. names.Distinct(StringComparer.Ordinal).Select(name => _columns[name])];
    }

    public async ValueTask<TableChunk?> ReadAsync(int rows, CancellationToken cancellationToken = default)
    {
        var cells = _selected.Select(_ => new List<Cell>()).ToArray();
        var lines = new List<long>();
        long characters = 0;
        while (lines.Count < rows && await NextAsync(cancellationToken) is { } row)
        {
            lines.Add(_lines.Line);
            for (var i = 0; i < _selected.Length; i++)
            {
                cells[i].Add(row[_selected[i]]);
                characters += CellCost + (row[_selected[i]].Text?.Length ?? 0);
            }

            if (characters > MaximumChunk)
            {
                throw InferenceException.Invalid($"Rows {_row} to {_row + lines.Count - 1} have over {MaximumChunk} characters, too many for one chunk: take fewer rows a chunk, or fewer columns.");
            }
        }

        if (lines.Count == 0)
        {
            return null;
        }

        var chunk = new TableChunk(_row, lines.Count, [.. cells.Select((column, i) => Column(_names[_selected[i]], [.. column]))], [.. lines]);
        _row += lines.Count;
        return chunk;
    }

    public async ValueTask<long> SkipAsync(long rows, CancellationToken cancellationToken = default)
    {
        long skipped = 0;
        while (skipped < rows && await NextAsync(cancellationToken) is not null)
        {
            skipped++;
        }

        _row += skipped;
        return skipped;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static JsonColumn Column(string name, Cell[] cells)
    {
        var missing = Array.ConvertAll(cells, cell => cell.Kind == CellKind.Null);
        return new JsonColumn(name, Array.ConvertAll(cells, cell => cell.Kind == CellKind.Null ? "" : cell.Text ?? cell.ToString()), missing.Contains(true) ? missing : null, cells);
    }

    private async ValueTask<Cell[]?> NextAsync(CancellationToken cancellationToken)
    {
        if (_first is { } first)
        {
            _first = null;
            return first;
        }

        using var document = await _lines.ReadAsync(cancellationToken);
        return document is null ? null : Row(document);
    }

    private Cell[] Row(JsonDocument document)
    {
        var row = new Cell[_names.Length];
        var seen = new bool[_names.Length];
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (!_columns.TryGetValue(member.Name, out var column))
            {
                throw InferenceException.Invalid($"Line {_lines.Line} has column '{Quoted.Short(member.Name)}', which the first line has not: every column must be in the first line, as null where it is missing there.");
            }

            if (seen[column])
            {
                throw InferenceException.Invalid($"Line {_lines.Line} names column '{Quoted.Short(member.Name)}' twice.");
            }

            seen[column] = true;
            row[column] = Value(member);
        }

        return row;
    }

    private Cell Value(JsonProperty member)
    {
        try
        {
            var cell = Cell.Of(member.Value);
            return cell.Kind == CellKind.Nested
                ? throw InferenceException.Invalid($"Line {_lines.Line}, column '{Quoted.Short(member.Name)}' is {cell}: expected text, a number, true, false or null.")
                : cell;
        }
        catch (InvalidOperationException)
        {
            // A string with half a surrogate pair, or bytes that are no UTF-8.
            throw InferenceException.Invalid($"Line {_lines.Line}, column '{Quoted.Short(member.Name)}' is no valid text: save the file as UTF-8.");
        }
        catch (InferenceException) when (member.Value.ValueKind == JsonValueKind.Number)
        {
            throw InferenceException.Invalid($"Line {_lines.Line}, column '{Quoted.Short(member.Name)}' is {Quoted.Short(member.Value.GetRawText())}: expected a number that a double holds.");
        }
    }
}
