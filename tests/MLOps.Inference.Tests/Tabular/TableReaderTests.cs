using System.Globalization;
using System.Text;
using CsCheck;
using MLOps.Inference.Tabular;

namespace MLOps.Inference.Tests.Tabular;

public sealed class TableReaderTests
{
    private static readonly ColumnInfo[] Schema =
    [
        new("text", ColumnType.Text), new("flag", ColumnType.Boolean), new("count", ColumnType.Integer, IsNullable: false),
        new("single", ColumnType.Single), new("number", ColumnType.Double), new("at", ColumnType.Timestamp),
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Csv_QuotesLineBreaksAndGaps_AreRowsWithTheirLines()
    {
        await using var table = await OpenAsync("﻿name,value\r\n\"a, \"\"b\"\"\nc\",1\r\n\r\nx,\n");
        Assert.Equal(["name", "value"], table.Columns.Select(column => column.Name));

        var chunk = (await table.ReadAsync(10, Ct))!;

        Assert.Equal(["a, \"b\"\nc", "x"], Cells(chunk.Column("name")));
        Assert.Equal(["1", null], Cells(chunk.Column("value")));
        Assert.Equal(("Row 1 (line 2)", "Row 2 (line 5)"), (chunk.Place(0), chunk.Place(1)));
        Assert.Null(await table.ReadAsync(10, Ct));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("a,a\n", "'a' twice")]
    [InlineData("a,\n1,2\n", "column 2 has no name")]
    [InlineData("a,b\n1,2\n3\n", "Line 3 has 1 columns: expected 2")]
    [InlineData("a,b\n1,\"2\n", "Line 2 has a quote that is never closed")]
    public async Task Csv_Malformed_IsRefusedByLine(string csv, string said)
    {
        var refusal = await Assert.ThrowsAsync<InferenceException>(async () =>
        {
            await using var table = await OpenAsync(csv);
            await table.SkipAsync(long.MaxValue, Ct);
        });
        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Csv_NotUtf8_IsRefused()
    {
        var refusal = await Assert.ThrowsAsync<InferenceException>(() => TableReader.OpenAsync(new MemoryStream([.. "a\n"u8, 0xC3, 0x28]), Ct));
        Assert.Contains("not UTF-8", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parquet_EveryType_ReadsBackWhatWasWritten()
    {
        var at = new DateTime(2020, 3, 31, 16, 0, 0, DateTimeKind.Utc).AddMicroseconds(7);
        var content = await WriteAsync(
            Schema,
            [
                new TableColumn<string>("text", ["a", "", "ü"], [false, true, false]), new TableColumn<bool>("flag", [true, false, false], [false, false, true]),
                new TableColumn<long>("count", [1, long.MaxValue, long.MinValue]), new TableColumn<float>("single", [1.5f, float.NaN, 0], [false, false, true]),
                new TableColumn<double>("number", [0.1, 0, -2], [false, true, false]), new TableColumn<DateTime>("at", [at, at, at.AddDays(1)], [false, true, false]),
            ]);

        await using var table = await TableReader.OpenAsync(content, Ct);
        var chunk = (await table.ReadAsync(10, Ct))!;

        Assert.Equal(Schema, table.Columns);
        Assert.Equal(["a", null, "ü"], Cells(chunk.Column("text")));
        Assert.Equal(["True", "False", null], Cells(chunk.Column("flag")));
        Assert.Equal(["1", "9223372036854775807", "-9223372036854775808"], Cells(chunk.Column("count")));
        Assert.Equal(["1.5", "NaN", null], Cells(chunk.Column("single")));
        Assert.Equal(["0.1", null, "-2"], Cells(chunk.Column("number")));
        var times = Assert.IsType<TableColumn<DateTime>>(chunk.Column("at"));
        Assert.Equal((at.Ticks, at.AddDays(1).Ticks, true), (times[0].Ticks, times[2].Ticks, times.IsMissing(1)));
    }

    [Fact]
    public async Task Chunks_OfAnySizeOverAnyRowGroups_AreTheRowsInOrder() => await Gen.Select(Gen.Int[1, 7].List[0, 8], Gen.Int[1, 9], Gen.Int[0, 20]).SampleAsync(
        async (groups, size, skip) =>
        {
            var rows = groups.Sum();
            var values = Enumerable.Range(0, rows).Select(row => (long?)(row % 3 == 0 ? null : row)).ToArray();
            var content = new MemoryStream();
            await using (var file = await ParquetTableWriter.CreateAsync(content, [new ColumnInfo("v", ColumnType.Integer)], Ct))
            {
                var at = 0;
                foreach (var group in groups)
                {
                    var part = values[at..(at + group)];
                    await file.WriteAsync([new TableColumn<long>("v", [.. part.Select(value => value ?? 0)], [.. part.Select(value => value is null)])], Ct);
                    at += group;
                }
            }

            await using var table = await TableReader.OpenAsync(content, Ct);
            Assert.Equal(Math.Min(skip, rows), await table.SkipAsync(skip, Ct));
            var read = new List<string?>();
            while (await table.ReadAsync(size, Ct) is { } chunk)
            {
                Assert.Equal(Math.Min(skip, rows) + read.Count + 1, chunk.FirstRow);
                read.AddRange(Cells(chunk.Column("v")));
                Assert.True(chunk.Rows == size || read.Count == rows - skip);
            }

            Assert.Equal(values.Skip(skip).Select(value => value?.ToString(CultureInfo.InvariantCulture)), read);
        },
        iter: 100);

    [Fact]
    public async Task Parquet_SameValues_MakeTheSameBytes()
    {
        TableColumn[] columns = [new TableColumn<double>("number", [1, 2, 3]), new TableColumn<string>("text", ["a", "a", "b"])];
        ColumnInfo[] schema = [new("number", ColumnType.Double), new("text", ColumnType.Text)];

        Assert.Equal((await WriteAsync(schema, columns)).ToArray(), (await WriteAsync(schema, columns)).ToArray());
    }

    [Fact]
    public async Task Parquet_CutOrCorrupt_IsRefusedNotCrashed()
    {
        var whole = (await WriteAsync([new("number", ColumnType.Double)], [new TableColumn<double>("number", [.. Enumerable.Range(0, 500).Select(i => i * 0.1)])])).ToArray();
        await Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte, Gen.Bool).SampleAsync(
            async (at, value, cut) =>
            {
                var bytes = cut ? whole[..at] : [.. whole];
                if (!cut)
                {
                    bytes[at] = value;
                }

                try
                {
                    await using var table = await TableReader.OpenAsync(new MemoryStream(bytes), Ct);
                    while (await table.ReadAsync(100, Ct) is not null)
                    {
                        // Bytes that still decode are nobody's fault.
                    }
                }
                catch (InferenceException exception)
                {
                    Assert.Equal(InferenceError.InvalidRequest, exception.Error);
                }
            },
            iter: 300);
    }

    [Fact]
    public async Task Select_UnknownColumn_NamesThoseThereAre()
    {
        await using var table = await OpenAsync("a,b\n1,2\n");

        Assert.Contains("it has a, b", Assert.Throws<InferenceException>(() => table.Select(["c"])).Message, StringComparison.Ordinal);
        table.Select(["b"]);
        Assert.Equal("b", Assert.Single((await table.ReadAsync(1, Ct))!.Columns).Name);
    }

    internal static IEnumerable<string?> Cells(TableColumn column) => Enumerable.Range(0, column.Count).Select(row => column.IsMissing(row) ? null : column.Text(row));

    private static Task<ITableReader> OpenAsync(string csv) => TableReader.OpenAsync(new MemoryStream(Encoding.UTF8.GetBytes(csv)), Ct);

    private static async Task<MemoryStream> WriteAsync(ColumnInfo[] schema, TableColumn[] columns)
    {
        var content = new MemoryStream();
        await using (var file = await ParquetTableWriter.CreateAsync(content, schema, Ct))
        {
            await file.WriteAsync(columns, Ct);
        }

        return content;
    }
}
