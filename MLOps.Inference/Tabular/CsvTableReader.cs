namespace MLOps.Inference.Tabular;

/// <summary>A CSV as a table of text. An empty cell is a missing one; an empty line is no row.</summary>
public sealed class CsvTableReader : ITableReader
{
    /// <summary>Most characters of one chunk.</summary>
    private const long MaximumChunk = 1L << 27;

    private readonly TextReader _text;
    private readonly CsvReader _csv;
    private readonly string[] _header;
    private int[] _selected;
    private long _row = 1;

    private CsvTableReader(TextReader text, CsvReader csv, string[] header)
    {
        _text = text;
        _csv = csv;
        _header = header;
        _selected = [.. Enumerable.Range(0, header.Length)];
        Columns = [.. header.Select(name => new ColumnInfo(name, ColumnType.Text))];
    }

    public IReadOnlyList<ColumnInfo> Columns { get; }

    /// <param name="content">Where the header begins; it stays the caller's.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <exception cref="InferenceException">InvalidRequest: no usable header.</exception>
    public static async Task<CsvTableReader> OpenAsync(Stream content, CancellationToken cancellationToken = default)
    {
        var text = CsvReader.Utf8(content);
        try
        {
            var csv = new CsvReader(text);
            return new CsvTableReader(text, csv, await csv.ReadHeaderAsync(cancellationToken));
        }
        catch
        {
            text.Dispose();
            throw;
        }
    }

    public void Select(IReadOnlyCollection<string> names)
    {
        TableReader.Check(Columns, names);
        _selected = [.. names.Distinct(StringComparer.Ordinal).Select(name => Array.IndexOf(_header, name))];
    }

    public async ValueTask<TableChunk?> ReadAsync(int rows, CancellationToken cancellationToken = default)
    {
        var values = _selected.Select(_ => new List<string>()).ToArray();
        var quoted = _selected.Select(_ => new List<bool>()).ToArray();
        var missing = new bool[_selected.Length];
        var lines = new List<long>();
        long characters = 0;
        while (lines.Count < rows && await NextAsync(cancellationToken) is { } cells)
        {
            lines.Add(_csv.Line);
            for (var i = 0; i < _selected.Length; i++)
            {
                var cell = cells[_selected[i]];
                values[i].Add(cell);
                quoted[i].Add(_csv.IsQuoted(_selected[i]));
                missing[i] |= cell.Length == 0;
                characters += cell.Length;
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

        var chunk = new TableChunk(
            _row,
            lines.Count,
            [.. values.Select((cells, i) => new CsvColumn(_header[_selected[i]], [.. cells], missing[i] ? [.. cells.Select(cell => cell.Length == 0)] : null, [.. quoted[i]]))],
            [.. lines]);
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

    public ValueTask DisposeAsync()
    {
        _text.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask<IReadOnlyList<string>?> NextAsync(CancellationToken cancellationToken)
    {
        var cells = await _csv.ReadAsync(cancellationToken);
        return cells is null || cells.Count == _header.Length
            ? cells
            : throw InferenceException.Invalid($"Line {_csv.Line} has {cells.Count} columns: expected {_header.Length}, as in the header.");
    }
}
