namespace MLOps.Inference.Tabular;

/// <summary>Opens tables.</summary>
public static class TableReader
{
    private static ReadOnlySpan<byte> ParquetMagic => "PAR1"u8;

    /// <summary>Opens a Parquet file, told by its first four bytes, or a CSV in UTF-8 with a header line.</summary>
    /// <param name="content">Seekable; it stays the caller's.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <exception cref="InferenceException">InvalidRequest: neither.</exception>
    public static async Task<ITableReader> OpenAsync(Stream content, CancellationToken cancellationToken = default)
    {
        content.Position = 0;
        var start = new byte[ParquetMagic.Length];
        var read = await content.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        content.Position = 0;
        return IsParquet(start.AsSpan(0, read))
            ? await ParquetTableReader.OpenAsync(content, TableLimits.RowGroup, cancellationToken)
            : await CsvTableReader.OpenAsync(content, cancellationToken);
    }

    /// <summary>Whether a file that begins so is a Parquet file.</summary>
    public static bool IsParquet(ReadOnlySpan<byte> start) => start.StartsWith(ParquetMagic);

    /// <summary>Checks a selection of columns.</summary>
    internal static void Check(IReadOnlyList<ColumnInfo> columns, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            var column = columns.FirstOrDefault(column => column.Name == name)
                ?? throw InferenceException.Invalid($"The table has no column '{Quoted.Short(name)}': it has {string.Join(", ", columns.Select(column => Quoted.Short(column.Name)))}.");
            if (column.Type is null)
            {
                throw InferenceException.Invalid($"Column '{Quoted.Short(name)}' is of a type that is not read: expected text, a boolean, a number or a timestamp, one value a row.");
            }
        }
    }
}
