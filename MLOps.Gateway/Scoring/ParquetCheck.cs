using System.Buffers.Binary;
using MLOps.Inference;
using MLOps.Inference.Codecs;
using Parquet.Meta;

namespace MLOps.Gateway.Scoring;

/// <summary>Whether a Parquet file may be read: a few bytes can describe gigabytes, and readers allocate what a file says of itself.</summary>
internal static class ParquetCheck
{
    private const long MaxCells = 8 << 20;
    private const int FooterTail = 8;
    private const int UncompressedSize = 2;
    private const int CompressedSize = 3;

    private static ReadOnlySpan<byte> Magic => "PAR1"u8;

    /// <exception cref="InferenceException">InvalidRequest: not a Parquet file.</exception>
    public static void Footer(ReadOnlySpan<byte> body)
    {
        if (body.Length < Magic.Length + FooterTail || !body.StartsWith(Magic) || !body.EndsWith(Magic))
        {
            throw Invalid("The body is not a Parquet file: it does not begin and end with PAR1.");
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(body[^FooterTail..]);
        if (length < 0 || length > body.Length - FooterTail - Magic.Length)
        {
            throw Invalid($"The body is not a Parquet file: it says its footer has {length} bytes.");
        }

        new ThriftCompact(body[^(length + FooterTail)..^FooterTail]).ReadStruct([]);
    }

    /// <summary>Rows, columns and pages by what the file says; pages by their own headers too, since those are what a reader believes.</summary>
    /// <exception cref="InferenceException">InvalidRequest: the parts contradict each other. TooLarge: over the limit.</exception>
    public static void Content(ReadOnlySpan<byte> body, FileMetaData file)
    {
        long cells = 0;
        long unpacked = 0;
        foreach (var group in file.RowGroups)
        {
            foreach (var column in group.Columns)
            {
                var data = column.MetaData ?? throw Invalid("The Parquet file keeps columns in other files.");
                if (data.NumValues < 0 || data.NumValues != group.NumRows)
                {
                    throw Invalid($"Column '{TensorBuilder.Shown(string.Join('.', data.PathInSchema))}' of the Parquet file has {data.NumValues} values in {group.NumRows} rows: only flat tables can be scored.");
                }

                cells += data.NumValues;
                if (cells > MaxCells)
                {
                    throw TooLarge($"The Parquet file has more than {MaxCells} values.");
                }

                Pages(body, data, ref unpacked);
            }
        }
    }

    private static void Pages(ReadOnlySpan<byte> body, ColumnMetaData column, ref long unpacked)
    {
        var start = column.DictionaryPageOffset is > 0 and var dictionary && dictionary < column.DataPageOffset ? dictionary : column.DataPageOffset;
        if (start < 0 || column.TotalCompressedSize < 0 || start > body.Length - column.TotalCompressedSize)
        {
            throw Invalid($"Column '{TensorBuilder.Shown(string.Join('.', column.PathInSchema))}' of the Parquet file lies outside the file.");
        }

        var pages = body.Slice((int)start, (int)column.TotalCompressedSize);
        Span<long> header = stackalloc long[CompressedSize + 1];
        while (!pages.IsEmpty)
        {
            header.Clear();
            var thrift = new ThriftCompact(pages);
            thrift.ReadStruct(header);
            if (header[CompressedSize] < 0 || header[UncompressedSize] < 0 || header[CompressedSize] > pages.Length - thrift.Position)
            {
                throw Invalid("A page of the Parquet file has a size that cannot be.");
            }

            unpacked += header[UncompressedSize];
            if (unpacked > OipLimits.MaxBytes)
            {
                throw TooLarge($"The Parquet file unpacks to more than {OipLimits.MaxBytes} bytes.");
            }

            pages = pages[(thrift.Position + (int)header[CompressedSize])..];
        }
    }

    private static InferenceException Invalid(string message) => new(InferenceError.InvalidRequest, message);

    private static InferenceException TooLarge(string message) => new(InferenceError.TooLarge, message);
}
