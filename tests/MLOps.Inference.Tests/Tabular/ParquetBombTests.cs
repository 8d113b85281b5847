using System.Buffers.Binary;
using MLOps.Inference.Tabular;
using Parquet;
using Parquet.Schema;

namespace MLOps.Inference.Tests.Tabular;

/// <summary>Small files that describe gigabytes are refused before anything of that size is made.</summary>
public sealed class ParquetBombTests
{
    private const int Megabyte = 1 << 20;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(CompressionMethod.Snappy)]
    [InlineData(CompressionMethod.Zstd)]
    [InlineData(CompressionMethod.Gzip)]
    public async Task Pages_ThatUnpackToMoreThanARequest_AreTooLarge(CompressionMethod method)
    {
        var file = await TextsAsync(method);

        Assert.InRange(file.Length, 0, 8 * Megabyte);
        var refusal = await RefusedAsync(file, TableLimits.Request);
        Assert.Equal(InferenceError.TooLarge, refusal.Error);
        Assert.Contains("more than 67108864 bytes", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CompressionMethod.Snappy)]
    [InlineData(CompressionMethod.Zstd)]
    public async Task Page_ThatUnderstatesItsSize_IsTakenAtItsPackedBytesWord(CompressionMethod method)
    {
        var file = await TextsAsync(method);
        await UnderstateAsync(file);

        Assert.Contains("more than 67108864 bytes", (await RefusedAsync(file, TableLimits.Request)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_ThatUnderstatesItsSizeInAFormatThatSaysNone_UnpacksNoFurther()
    {
        var file = await TextsAsync(CompressionMethod.Gzip);
        await UnderstateAsync(file);

        Assert.Equal(InferenceError.InvalidRequest, (await RefusedAsync(file, TableLimits.Request)).Error);
    }

    [Fact]
    public async Task Dictionary_OfOneLongTextInEveryRow_IsRefused()
    {
        var text = new string('x', 1 << 16);
        var file = await WriteAsync([.. Enumerable.Repeat(text, 17_000)], CompressionMethod.Snappy);

        Assert.InRange(file.Length, 0, Megabyte);
        var refusal = await RefusedAsync(file, TableLimits.RowGroup);
        Assert.Equal(InferenceError.InvalidRequest, refusal.Error);
        Assert.Contains("smaller row groups", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Footer_OfMillionsOfEmptyParts_IsRefused()
    {
        const int Parts = 4 << 20;

        // Field 2, a list of that many structs, each a stop alone.
        byte[] footer = [0x29, 0xFC, 0x80, 0x80, 0x80, 0x02, .. new byte[Parts + 1]];
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, footer.Length);

        Assert.Contains("malformed", (await RefusedAsync([.. "PAR1"u8, .. footer, .. length, .. "PAR1"u8], TableLimits.RowGroup)).Message, StringComparison.Ordinal);
    }

    /// <summary>A reader goes by the numbers of fields alone: it would read on behind the end, and there for ever.</summary>
    [Theory]
    [InlineData(new byte[] { 0x10 })]
    [InlineData(new byte[] { 0x15, 2, 0x19, 0x18, 0, 0 })]
    [InlineData(new byte[] { 0x49, 0x1C, 0x19, 0x1C, 0x3C, 0x39, 0x72, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0x28, 1, 0, 0 })]
    [InlineData(new byte[] { 0x5B, 1, 0x88, 0, 0, 0 })]
    public async Task Footer_OfFieldsOfOtherTypes_IsRefused(byte[] footer) =>
        Assert.Contains("malformed", (await RefusedAsync([.. "PAR1"u8, .. footer, (byte)footer.Length, 0, 0, 0, .. "PAR1"u8], TableLimits.RowGroup)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Pages_OfFewerRowsThanTheRowGroup_AreNotReadPastTheirEnd()
    {
        var file = await WriteAsync(["a", "b"], CompressionMethod.None);
        await using var reader = await ParquetReader.CreateAsync(new MemoryStream(file), cancellationToken: Ct);
        var column = reader.Metadata!.RowGroups[0].Columns[0].MetaData!;
        using var content = new CheckedStream(new MemoryStream(file));

        content.Allow(column.DataPageOffset, column.DataPageOffset + 4);
        content.Position = column.DataPageOffset;
        await Assert.ThrowsAsync<InferenceException>(() => content.CopyToAsync(Stream.Null, Ct));
        Assert.Equal(column.DataPageOffset + 4, content.Position);
        Assert.Contains("values for 3 rows", (await Assert.ThrowsAsync<InferenceException>(async () =>
        {
            column.NumValues = 3;
            await new ParquetPages(new MemoryStream(file), column, "text", hasLevels: true).UnpackedAsync(3, Megabyte, Ct);
        })).Message, StringComparison.Ordinal);
    }

    /// <summary>80 MiB of text in one page, and none of it twice.</summary>
    private static Task<byte[]> TextsAsync(CompressionMethod method) => WriteAsync([.. Enumerable.Range(0, 10_240).Select(i => $"{i:D5}{new string('x', 8_187)}")], method);

    private static async Task<byte[]> WriteAsync(string[] texts, CompressionMethod method)
    {
        var schema = new ParquetSchema(new DataField<string>("text"));
        var options = new ParquetOptions { CompressionMethod = method, ColumnEncodingHints = { ["text"] = EncodingHint.Dictionary } };
        using var content = new MemoryStream();
        await using (var file = await ParquetWriter.CreateAsync(schema, content, options, cancellationToken: Ct))
        {
            using var group = file.CreateRowGroup();
            await group.WriteAsync(schema.DataFields[0], texts);
        }

        return content.ToArray();
    }

    /// <summary>Writes 1,000 into the first page's header as what it unpacks to, in as many bytes as stood there.</summary>
    private static async Task UnderstateAsync(byte[] file)
    {
        await using var reader = await ParquetReader.CreateAsync(new MemoryStream(file), cancellationToken: Ct);
        var column = reader.Metadata!.RowGroups[0].Columns[0].MetaData!;
        Assert.Null(column.DictionaryPageOffset);
        var size = file.AsMemory((int)column.DataPageOffset + 3, 4);
        Assert.Equal((0x15, 0x15), (file[column.DataPageOffset], file[column.DataPageOffset + 2]));
        Assert.True(size.Span[3] < 0x80 && size.Span[2] >= 0x80);
        new byte[] { 0xD0, 0x8F, 0x80, 0x00 }.CopyTo(size);
    }

    private static Task<InferenceException> RefusedAsync(byte[] file, TableLimits limits) => Assert.ThrowsAsync<InferenceException>(async () =>
    {
        await using var table = await ParquetTableReader.OpenAsync(new MemoryStream(file), limits, Ct);
        await table.ReadAsync(int.MaxValue, Ct);
    });
}
