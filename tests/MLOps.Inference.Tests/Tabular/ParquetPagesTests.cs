using MLOps.Inference.Tabular;
using Parquet;
using Parquet.Meta;
using Parquet.Schema;

namespace MLOps.Inference.Tests.Tabular;

/// <summary>What pages say of their dictionaries and of their missing values, believed only where it can be.</summary>
public sealed class ParquetPagesTests
{
    private const int Rows = 4;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(-1, 8)]
    [InlineData(Rows + 1, 8)]
    [InlineData(int.MaxValue, 8)]
    [InlineData(3, 2)]
    [InlineData(1, 0)]
    public async Task Dictionary_OfEntriesThatCannotBe_IsRefused(int entries, int unpacked) =>
        Assert.Contains($"says that it has {entries} values", (await RefusedAsync([.. Dictionary(entries, unpacked), .. Data(Rows, 8)])).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Dictionary_OfAnEntryForEachRow_IsWalked() =>
        Assert.Equal(16, await WalkAsync([.. Dictionary(Rows, 8), .. Data(Rows, 8)]));

    [Theory]
    [InlineData(-1)]
    [InlineData(Rows + 1)]
    [InlineData(int.MaxValue)]
    public async Task Data_OfValuesThatCannotBe_IsRefused(int values) =>
        Assert.Contains($"says that it has {values} values", (await RefusedAsync(Data(values, 8))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(Rows - 1)]
    [InlineData(0)]
    public async Task Data_OfFewerValuesThanRows_IsRefused(int values) =>
        Assert.Contains($"have {values} values for {Rows} rows", (await RefusedAsync(Data(values, 8))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Data_OfMoreValuesThanRowsTogether_IsRefused() =>
        Assert.Contains($"have 8 values for {Rows} rows", (await RefusedAsync([.. Data(Rows, 8), .. Data(Rows, 8)])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(Rows + 1, 0)]
    [InlineData(int.MinValue, 0)]
    [InlineData(0, -1)]
    [InlineData(0, 9)]
    [InlineData(2, int.MaxValue)]
    public async Task DataV2_OfMissingValuesThatCannotBe_IsRefused(int nulls, int levels) =>
        Assert.Contains("missing values that cannot be", (await RefusedAsync(DataV2(Rows, nulls, levels, 8))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(Rows, 8)]
    public async Task DataV2_OfMissingValuesThatCanBe_IsWalked(int nulls, int levels) => Assert.Equal(8, await WalkAsync(DataV2(Rows, nulls, levels, 8)));

    /// <summary>Every byte of a file with a dictionary and gaps, each bit of it turned: refused, or read as the rows that it says.</summary>
    [Fact]
    public async Task File_WithOneBitTurned_IsRefusedOrRead()
    {
        var whole = await FileAsync();
        var refused = 0;
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] bytes = [.. whole];
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            var before = GC.GetTotalAllocatedBytes();
            try
            {
                await using var table = await ParquetTableReader.OpenAsync(new MemoryStream(bytes), TableLimits.Request, Ct);
                while (await table.ReadAsync(100, Ct) is { } chunk)
                {
                    Assert.All(chunk.Columns, column => Assert.Equal(chunk.Rows, column.Count));
                }
            }
            catch (InferenceException exception)
            {
                Assert.True(exception.Error is InferenceError.InvalidRequest or InferenceError.TooLarge, $"Bit {bit}: {exception.Error}");
                refused++;
            }

            // 64 MiB is what a request may unpack to, with the reader's own copy of it beside.
            Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 256L << 20);
        }

        Assert.InRange(refused, 100, whole.Length * 8);
    }

    private static async Task<byte[]> FileAsync()
    {
        var schema = new ParquetSchema(new DataField<string>("text"), new DataField<double?>("number"));
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Snappy, ColumnEncodingHints = { ["text"] = EncodingHint.Dictionary } };
        using var content = new MemoryStream();
        await using (var file = await ParquetWriter.CreateAsync(schema, content, options, cancellationToken: Ct))
        {
            using var group = file.CreateRowGroup();
            await group.WriteAsync(schema.DataFields[0], [.. Enumerable.Range(0, 40).Select(i => i % 5 == 0 ? null! : $"value {i % 3}")]);
            await group.WriteAsync<double>(schema.DataFields[1], Enumerable.Range(0, 40).Select(i => i % 7 == 0 ? null : (double?)i).ToArray().AsMemory(), null, null, Ct);
        }

        return content.ToArray();
    }

    private static Task<InferenceException> RefusedAsync(byte[] pages) => Assert.ThrowsAsync<InferenceException>(() => WalkAsync(pages));

    private static Task<long> WalkAsync(byte[] pages)
    {
        // A page never begins where a file does.
        var content = new MemoryStream([0, .. pages]);
        var column = new ColumnMetaData { NumValues = Rows, DataPageOffset = 1, TotalCompressedSize = pages.Length, Codec = CompressionCodec.UNCOMPRESSED };
        return new ParquetPages(content, column, "c", hasLevels: true).UnpackedAsync(Rows, 1 << 20, Ct);
    }

    private static byte[] Dictionary(int entries, int unpacked) => Page(PageType.DICTIONARY_PAGE, 7, unpacked, [.. I32(1, entries)]);

    private static byte[] Data(int values, int unpacked) => Page(PageType.DATA_PAGE, 5, unpacked, [.. I32(1, values)]);

    private static byte[] DataV2(int values, int nulls, int levels, int unpacked) =>
        Page(PageType.DATA_PAGE_V2, 8, unpacked, [.. I32(1, values), .. I32(1, nulls), .. I32(1, Rows), .. I32(2, levels), .. I32(1, 0)]);

    /// <summary>A header in Thrift's compact form, and as many bytes as it says.</summary>
    private static byte[] Page(PageType type, int field, int size, byte[] nested) =>
        [.. I32(1, (int)type), .. I32(1, size), .. I32(1, size), (byte)(((field - 3) << 4) | 12), .. nested, 0, 0, .. new byte[size]];

    /// <summary>An integer so many field numbers behind the one before.</summary>
    private static byte[] I32(int step, int value)
    {
        var rest = (uint)((value << 1) ^ (value >> 31));
        var bytes = new List<byte> { (byte)((step << 4) | 5) };
        while (rest >= 0x80)
        {
            bytes.Add((byte)(rest | 0x80));
            rest >>= 7;
        }

        return [.. bytes, (byte)rest];
    }
}
