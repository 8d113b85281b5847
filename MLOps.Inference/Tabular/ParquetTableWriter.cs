using Parquet;
using Parquet.Schema;

namespace MLOps.Inference.Tabular;

/// <summary>Writes a Parquet file a row group at a time. The same columns and values make the same bytes.</summary>
public sealed class ParquetTableWriter : IAsyncDisposable
{
    private readonly ParquetWriter _file;
    private readonly DataField[] _fields;

    private ParquetTableWriter(ParquetWriter file, DataField[] fields)
    {
        _file = file;
        _fields = fields;
    }

    /// <param name="content">Empty and seekable; it stays the caller's. The file is whole when the writer has been disposed.</param>
    /// <param name="columns">What every row group has, in this order.</param>
    /// <param name="cancellationToken">Ends the write.</param>
    public static async Task<ParquetTableWriter> CreateAsync(Stream content, IReadOnlyList<ColumnInfo> columns, CancellationToken cancellationToken = default)
    {
        DataField[] fields = [.. columns.Select(ParquetColumns.FieldOf)];
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Snappy };
        return new ParquetTableWriter(await ParquetWriter.CreateAsync(new ParquetSchema(fields), content, options, append: false, cancellationToken), fields);
    }

    /// <summary>Appends one row group.</summary>
    public async Task WriteAsync(IReadOnlyList<TableColumn> columns, CancellationToken cancellationToken = default)
    {
        using var group = _file.CreateRowGroup();
        for (var i = 0; i < _fields.Length; i++)
        {
            await ParquetColumns.WriteAsync(group, _fields[i], columns[i], cancellationToken);
        }

        group.CompleteValidate();
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
