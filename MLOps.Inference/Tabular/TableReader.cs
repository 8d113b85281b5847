namespace MLOps.Inference.Tabular;

/// <summary>Opens tables.</summary>
public static class TableReader
{
    private static ReadOnlySpan<byte> ParquetMagic => "PAR1"u8;

    /// <summary>Opens a Parquet file, told by its first four bytes, JSON lines, told by the brace that they begin with, or a CSV in UTF-8 with a header line.</summary>
    /// <param name="content">Seekable; it stays the caller's.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <exception cref="InferenceException">InvalidRequest: none of them.</exception>
    public static async Task<ITableReader> OpenAsync(Stream content, CancellationToken cancellationToken = default)
    {
        content.Position = 0;
        var start = new byte[ParquetMagic.Length];
        var read = await content.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        content.Position = 0;
        return IsParquet(start.AsSpan(0, read))
            ? await ParquetTableReader.OpenAsync(content, TableLimits.RowGroup, cancellationToken)
            : IsJsonLines(start.AsSpan(0, read))
            ? await JsonLinesTableReader.OpenAsync(content, cancellationToken)
            : await CsvTableReader.OpenAsync(content, cancellationToken);
    }

    /// <summary>Whether a file that begins so is a Parquet file.</summary>
    public static bool IsParquet(ReadOnlySpan<byte> start) => start.StartsWith(ParquetMagic);

    /// <summary>Whether a file that begins so has JSON objects, one a line: no CSV's header begins with a brace.</summary>
    /// <param name="start">Four bytes, of which three may be a byte order mark.</param>
    public static bool IsJsonLines(ReadOnlySpan<byte> start)
    {
        var text = start.StartsWith("\uFEFF"u8) ? start[3..] : start;
        return text.TrimStart(" \t\r\n"u8) is [(byte)'{', ..];
    }

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
