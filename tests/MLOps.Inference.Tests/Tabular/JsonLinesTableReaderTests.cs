using System.Text;
using MLOps.Inference.Tabular;

namespace MLOps.Inference.Tests.Tabular;

public sealed class JsonLinesTableReaderTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1 << 20)]
    public async Task Read_ChunksOfAnySizeFromAStreamInPieces_GivesEveryRow(int piece)
    {
        var text = string.Concat(Enumerable.Range(0, 5_000).Select(i => $$"""{"i":{{i}},"text":"row {{i}} é","half":{{(i % 3 == 0 ? "null" : i + ".5")}}}""" + (i % 5 == 0 ? "\r\n\n" : "\n"))).TrimEnd('\n');
        await using var table = await TableReader.OpenAsync(new Pieces(Encoding.UTF8.GetBytes(text), piece), Ct);

        var rows = 0;
        while (await table.ReadAsync(777, Ct) is { } chunk)
        {
            Assert.Equal(rows + 1, chunk.FirstRow);
            for (var row = 0; row < chunk.Rows; row++, rows++)
            {
                Assert.Equal(rows, chunk.Column("i").Cell(row).Integer);
                Assert.Equal($"row {rows} é", chunk.Column("text").Cell(row).Text);
                Assert.Equal(rows % 3 == 0, chunk.Column("half").IsMissing(row));
                Assert.Equal(rows % 3 == 0 ? double.NaN : rows + 0.5, chunk.Column("half").Cell(row).Number);
            }
        }

        Assert.Equal(5_000, rows);
    }

    [Fact]
    public async Task Read_MissingMembersAndMarks_AreMissing()
    {
        await using var table = await OpenAsync("\uFEFF{\"a\":1,\"b\":true}\n\n{\"b\":null}\n{\"a\":2.5,\"b\":\"NaN\"}");
        var chunk = (await table.ReadAsync(10, Ct))!;

        Assert.Equal(["a", "b"], table.Columns.Select(column => column.Name));
        Assert.Equal([false, true, false], Enumerable.Range(0, 3).Select(chunk.Column("a").IsMissing));
        Assert.Equal([CellKind.Boolean, CellKind.Null, CellKind.Text], Enumerable.Range(0, 3).Select(row => chunk.Column("b").Cell(row).Kind));
        Assert.Equal([1L, 3L, 4L], Enumerable.Range(0, 3).Select(row => chunk.Line(row)!.Value));
        Assert.Null(await table.ReadAsync(10, Ct));
    }

    [Fact]
    public async Task SelectAndSkip_GiveTheRowsAsked()
    {
        await using var table = await OpenAsync("{\"a\":1,\"b\":2}\n{\"a\":3,\"b\":4}\n{\"a\":5,\"b\":6}\n");
        table.Select(["b"]);

        Assert.Equal(2, await table.SkipAsync(2, Ct));
        var chunk = (await table.ReadAsync(10, Ct))!;
        Assert.Equal((3, 6L), (chunk.FirstRow, Assert.Single(chunk.Columns).Cell(0).Integer));
        Assert.Equal(0, await table.SkipAsync(2, Ct));
    }

    [Theory]
    [InlineData("{\"a\":1}\n{\"a\":1", "Line 2 is no JSON")]
    [InlineData("{\"a\":1}\n[1]", "Line 2 is no JSON object")]
    [InlineData("{\"a\":1}\n{\"A\":1}", "Line 2 has column 'A'")]
    [InlineData("{\"a\":1}\n{\"a\":1,\"a\":2}", "Line 2 names column 'a' twice")]
    [InlineData("{\"a\":1,\"a\":2}", "Line 1 names column 'a' twice")]
    [InlineData("{\"\":1}", "column '' with no text")]
    [InlineData("{}", "Line 1 has 0 members")]
    [InlineData("{\"a\":{\"b\":1}}", "Line 1, column 'a' is an object")]
    [InlineData("{\"a\":1e999}", "Line 1, column 'a' is 1e999")]
    [InlineData("{\"a\":\"\\ud800\"}", "Line 1, column 'a' is no valid text")]
    [InlineData("{\"a\":[[[[[[[[[1]]]]]]]]]}", "deeper than 8 levels")]
    public async Task Read_HostileLine_IsRefusedByLine(string text, string said)
    {
        var exception = await Assert.ThrowsAsync<InferenceException>(async () =>
        {
            await using var table = await OpenAsync(text);
            await table.ReadAsync(10, Ct);
        });
        Assert.Contains(said, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_LineWithoutEnd_IsRefusedBeforeItFillsTheMemory()
    {
        var endless = new byte[3 << 20];
        Array.Fill(endless, (byte)' ');
        endless[0] = (byte)'{';
        var content = new MemoryStream(endless);
        var exception = await Assert.ThrowsAsync<InferenceException>(async () => await TableReader.OpenAsync(content, Ct));
        Assert.Contains("Line 1 is longer than", exception.Message, StringComparison.Ordinal);
        Assert.True(content.Position < endless.Length, "It read the whole file.");
    }

    private static Task<ITableReader> OpenAsync(string text) => TableReader.OpenAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), Ct);

    /// <summary>Gives so many bytes at a time at most.</summary>
    private sealed class Pieces(byte[] content, int piece) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
