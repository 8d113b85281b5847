namespace MLOps.Silo.Datasets;

/// <summary>Keeps the first and the last rows that go by.</summary>
internal sealed class PreviewRows(int columns)
{
    /// <summary>Most rows at each end.</summary>
    public const int MaximumRows = 50;

    /// <summary>Most cells at each end: a wide table shows fewer rows.</summary>
    private const int MaximumCells = 10_000;

    /// <summary>Longest cell in characters.</summary>
    private const int MaximumText = 100;

    private readonly int _rows = Math.Clamp(MaximumCells / columns, 1, MaximumRows);
    private readonly List<string?[]> _head = [];
    private readonly Queue<DatasetRow> _tail = new();

    public void Add(DatasetRow row)
    {
        if (_head.Count < _rows)
        {
            _head.Add(Cells(row));
            return;
        }

        // Made into text in the end: most rows leave again before. It holds one chunk or two.
        if (_tail.Count == _rows)
        {
            _tail.Dequeue();
        }

        _tail.Enqueue(row);
    }

    public IReadOnlyList<IReadOnlyList<string?>> Head => _head;

    public IReadOnlyList<IReadOnlyList<string?>> Tail => [.. _tail.Select(row => Cells(row))];

    private static string?[] Cells(DatasetRow row) => [.. Enumerable.Range(0, row.Chunk.Columns.Count).Select(column => Text(row, column))];

    private static string? Text(DatasetRow row, int column)
    {
        if (row[column].Kind == Inference.Tabular.CellKind.Null)
        {
            return null;
        }

        var text = row.Text(column);
        return text.Length > MaximumText ? text[..MaximumText] + "…" : text;
    }
}
