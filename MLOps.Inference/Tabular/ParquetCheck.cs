using System.Buffers.Binary;
using Parquet.Meta;

namespace MLOps.Inference.Tabular;

/// <summary>Whether a Parquet file may be read: a few bytes can describe gigabytes, and readers allocate what a file says of itself.</summary>
internal static class ParquetCheck
{
    private const int FooterTail = 8;

    /// <summary>Readers make objects of every byte of it.</summary>
    private const int MaxFooter = 16 << 20;

    private static ReadOnlySpan<byte> Magic => "PAR1"u8;

    public static InferenceException Unreadable(string why, Exception? innerException = null) =>
        new(InferenceError.InvalidRequest, $"The file is no readable Parquet: {why}.", innerException);

    /// <summary>Walks the description at the file's end.</summary>
    /// <exception cref="InferenceException">InvalidRequest: not a Parquet file.</exception>
    public static async Task FooterAsync(Stream content, CancellationToken cancellationToken)
    {
        var start = new byte[Magic.Length];
        var tail = new byte[FooterTail];
        if (content.Length < Magic.Length + FooterTail)
        {
            throw Unreadable("not a Parquet file, which begins and ends with PAR1");
        }

        content.Position = 0;
        await content.ReadExactlyAsync(start, cancellationToken);
        content.Position = content.Length - FooterTail;
        await content.ReadExactlyAsync(tail, cancellationToken);
        if (!start.AsSpan().SequenceEqual(Magic) || !tail.AsSpan().EndsWith(Magic))
        {
            throw Unreadable("not a Parquet file, which begins and ends with PAR1");
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (length < 0 || length > Math.Min(MaxFooter, content.Length - FooterTail - Magic.Length))
        {
            throw Unreadable($"not a Parquet file that can be: it says its footer has {length} bytes");
        }

        var footer = new byte[length];
        content.Position = content.Length - FooterTail - length;
        await content.ReadExactlyAsync(footer, cancellationToken);
        Walk(footer);
    }

    /// <summary>The columns of a row group by their names, each in as many values as there are rows.</summary>
    /// <exception cref="InferenceException">InvalidRequest: the parts contradict each other.</exception>
    public static Dictionary<string, ColumnMetaData> Columns(RowGroup group)
    {
        var columns = new Dictionary<string, ColumnMetaData>(StringComparer.Ordinal);
        foreach (var column in group.Columns)
        {
            var data = column.MetaData ?? throw Unreadable("it keeps columns in other files");
            if (!columns.TryAdd(string.Join('.', data.PathInSchema.Where(part => part.Length > 0)), data))
            {
                throw Unreadable("a row group has two columns of one name");
            }
        }

        return columns;
    }

    private static void Walk(ReadOnlySpan<byte> footer)
    {
        var thrift = new ThriftCompact(footer);
        thrift.ReadStruct(ThriftShape.Footer, [], []);
        if (thrift.IsShort)
        {
            throw Unreadable("its description of itself is malformed");
        }
    }
}
