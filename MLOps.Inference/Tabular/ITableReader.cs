namespace MLOps.Inference.Tabular;

/// <summary>Reads a table from its first row to its last, a chunk of rows at a time. Memory grows with the chunk (and a Parquet file's row group), not with the file.</summary>
public interface ITableReader : IAsyncDisposable
{
    /// <summary>All columns of the file.</summary>
    IReadOnlyList<ColumnInfo> Columns { get; }

    /// <summary>Which columns the chunks have. Until it is called: every column that can be read.</summary>
    /// <exception cref="InferenceException">InvalidRequest: no such column, or one of a type that is not read.</exception>
    void Select(IReadOnlyCollection<string> names);

    /// <summary>The next rows: as many as asked for, fewer only at the end; null when there are no more.</summary>
    /// <exception cref="InferenceException">InvalidRequest: the file is damaged there, or the chunk would be too large for the memory.</exception>
    ValueTask<TableChunk?> ReadAsync(int rows, CancellationToken cancellationToken = default);

    /// <summary>Passes over rows, checking that the file is well formed, as far as it can be told without reading values.</summary>
    /// <returns>How many there were: fewer than asked for only at the end.</returns>
    ValueTask<long> SkipAsync(long rows, CancellationToken cancellationToken = default);
}
