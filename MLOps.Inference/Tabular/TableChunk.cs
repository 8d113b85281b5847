namespace MLOps.Inference.Tabular;

/// <summary>Consecutive rows of a table.</summary>
public sealed class TableChunk
{
    private readonly long[]? _lines;

    /// <param name="firstRow">Number of the first row, from 1.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">The selected columns, each of that many cells.</param>
    /// <param name="lines">The line of the file at which each row begins; null: the file has no lines.</param>
    public TableChunk(long firstRow, int rows, IReadOnlyList<TableColumn> columns, long[]? lines)
    {
        FirstRow = firstRow;
        Rows = rows;
        Columns = columns;
        _lines = lines;
    }

    public long FirstRow { get; }

    public int Rows { get; }

    public IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>The column of that name, which was selected.</summary>
    public TableColumn Column(string name) => Columns.First(column => column.Name == name);

    /// <summary>The line of the file at which a row begins; null: the file has no lines.</summary>
    public long? Line(int row) => _lines?[row];

    /// <summary>Where a row is, for a message: <c>Row 17 (line 18)</c>.</summary>
    public string Place(int row) => _lines is null ? $"Row {FirstRow + row}" : $"Row {FirstRow + row} (line {_lines[row]})";
}
