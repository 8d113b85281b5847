using Parquet.Meta;

namespace MLOps.Inference.Tabular;

/// <summary>Walks the pages of one column in one row group by their own headers, since those are what a reader believes, and not the footer.</summary>
internal sealed class ParquetPages(Stream content, ColumnMetaData column, string name, bool hasLevels)
{
    private const int Window = 16 << 10;

    /// <summary>Where the first page begins.</summary>
    public long Start { get; } = new[] { column.DictionaryPageOffset ?? 0, column.DataPageOffset, column.IndexPageOffset ?? 0 }.Where(offset => offset != 0).DefaultIfEmpty(-1).Min();

    /// <summary>Behind the last page.</summary>
    public long End => Start + column.TotalCompressedSize;

    /// <summary>Adds up what the pages become when they are unpacked.</summary>
    /// <param name="rows">Of the row group.</param>
    /// <param name="limit">Bytes at which to stop.</param>
    /// <param name="cancellationToken">Ends the walk.</param>
    /// <exception cref="InferenceException">InvalidRequest: the pages lie outside the file, or hold other than a value for each row.</exception>
    public async Task<long> UnpackedAsync(long rows, long limit, CancellationToken cancellationToken)
    {
        if (column.NumValues != rows)
        {
            throw ParquetCheck.Unreadable($"column '{Quoted.Short(name)}' has {column.NumValues} values in {rows} rows");
        }

        if (Start < 0 || column.TotalCompressedSize < 0 || Start > content.Length - column.TotalCompressedSize)
        {
            throw ParquetCheck.Unreadable($"column '{Quoted.Short(name)}' lies outside the file");
        }

        var buffer = new byte[Window];
        var (at, filled) = (Start, 0);
        long unpacked = 0;
        long values = 0;
        for (var position = Start; position < End && unpacked <= limit;)
        {
            var offset = position - at;
            if (offset >= filled || ParquetPage.Read(buffer.AsSpan((int)offset, filled - (int)offset), End - position, hasLevels) is not { } page)
            {
                if (offset == 0 && filled > 0)
                {
                    buffer = filled == buffer.Length && filled < End - position ? new byte[buffer.Length * 2] : throw ParquetCheck.Unreadable("a page's description of itself is malformed");
                }

                (at, filled) = (position, (int)Math.Min(buffer.Length, End - position));
                content.Position = position;
                await content.ReadExactlyAsync(buffer.AsMemory(0, filled), cancellationToken);
                continue;
            }

            var start = position + page.HeaderLength;
            var size = Math.Max(page.Unpacked, page.PackedLength);
            if (page.PackedStart is { } packed && unpacked + size <= limit)
            {
                size = Math.Max(size, await SaidAsync(start + packed, page.PackedLength - packed, cancellationToken));
            }

            unpacked += size;
            if (page.Values < 0 || page.Values > rows || (!page.IsData && page.Values > page.Unpacked))
            {
                throw ParquetCheck.Unreadable($"a page of column '{Quoted.Short(name)}' says that it has {page.Values} values");
            }

            values += page.IsData ? page.Values : 0;
            position = start + page.PackedLength;
        }

        return values == rows || unpacked > limit
            ? unpacked
            : throw ParquetCheck.Unreadable($"the pages of column '{Quoted.Short(name)}' have {values} values for {rows} rows");
    }

    /// <summary>What the packed bytes say of themselves, which unpackers of these two formats believe instead of the page's header.</summary>
    private async Task<long> SaidAsync(long start, long length, CancellationToken cancellationToken)
    {
        const int LongestVarint = 5;
        if (column.Codec is not (CompressionCodec.SNAPPY or CompressionCodec.ZSTD) || length == 0)
        {
            return 0;
        }

        var bytes = new byte[column.Codec == CompressionCodec.SNAPPY ? Math.Min(length, LongestVarint) : length];
        content.Position = start;
        await content.ReadExactlyAsync(bytes, cancellationToken);
        return column.Codec == CompressionCodec.SNAPPY ? Varint(bytes) : Zstandard(bytes);
    }

    private static long Varint(ReadOnlySpan<byte> bytes)
    {
        long value = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            value |= (long)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                return value;
            }
        }

        throw ParquetCheck.Unreadable("a page's packed bytes are malformed");
    }

    private static long Zstandard(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return (long)Math.Min(ZstdSharp.Decompressor.GetDecompressedSize(bytes), long.MaxValue / 2);
        }
        catch (ZstdSharp.ZstdException exception)
        {
            throw ParquetCheck.Unreadable("a page's packed bytes are malformed", exception);
        }
    }
}
