using System.Text;
using MLOps.Inference.Engine;
using MLOps.Inference.Tabular;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Tests.Tabular;

public sealed class TensorRowsTests
{
    private static readonly ColumnInfo[] Columns = [new("date", ColumnType.Text), new("a", ColumnType.Text), new("b", ColumnType.Text)];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_OfSeveralColumns_FillTheTensorRowByRow()
    {
        var chunk = await ChunkAsync("date,a,b\nx,1,2\ny,,-3.5\n");
        var rows = new TensorRows(new TensorMetadata("x", TensorDatatype.Fp32, [-1, 2]), ["a", "b"]);

        for (var row = 0; row < chunk.Rows; row++)
        {
            Assert.Null(rows.Read(chunk, row));
            rows.Take();
        }

        var tensor = rows.Build();
        Assert.Equal([2, 2], tensor.Shape);
        Assert.Equal([1, 2, float.NaN, -3.5f], A.Floats(tensor));
    }

    [Theory]
    [InlineData(TensorDatatype.Fp32, "-", "is '-': expected a number")]
    [InlineData(TensorDatatype.Fp32, "1e300", "is '1e300': expected a number in FP32's range")]
    [InlineData(TensorDatatype.Bf16, "3.4e38", "expected a number in BF16's range")]
    [InlineData(TensorDatatype.Int64, "1.5", "is '1.5': expected an integer")]
    [InlineData(TensorDatatype.Int64, "", "is missing: expected an integer")]
    [InlineData(TensorDatatype.Int8, "128", "expected an integer from -128 to 127")]
    [InlineData(TensorDatatype.UInt64, "-1", "expected an unsigned 64-bit integer")]
    [InlineData(TensorDatatype.Bool, "yes", "expected true or false")]
    [InlineData(TensorDatatype.Bytes, "", "is missing: expected text")]
    public async Task Cell_ThatDoesNotFit_IsNamedByRowLineAndColumn(TensorDatatype datatype, string cell, string said)
    {
        var chunk = await ChunkAsync($"date,a\nx,{(datatype == TensorDatatype.Bool ? "true" : "1")}\ny,{cell}\n");
        var rows = new TensorRows(new TensorMetadata("a", datatype, [-1]), ["a"]);

        Assert.Null(rows.Read(chunk, 0));
        var fault = rows.Read(chunk, 1);
        Assert.StartsWith("Row 2 (line 3), column 'a' ", fault, StringComparison.Ordinal);
        Assert.Contains(said, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Cell_OfEveryNumberType_IsWrittenExactly()
    {
        var chunk = new TableChunk(
            1,
            1,
            [new TableColumn<long>("i", [-7]), new TableColumn<double>("d", [42]), new TableColumn<float>("f", [0.5f]), new TableColumn<bool>("t", [true])],
            null);

        Assert.Equal(BitConverter.GetBytes(-7L), Bytes(TensorDatatype.Int64, "i"));
        Assert.Equal([0xF9], Bytes(TensorDatatype.Int8, "i"));
        Assert.Equal(BitConverter.GetBytes(42), Bytes(TensorDatatype.Int32, "d"));
        Assert.Equal(BitConverter.GetBytes(0.5), Bytes(TensorDatatype.Fp64, "f"));
        Assert.Equal([1], Bytes(TensorDatatype.Bool, "t"));
        Assert.Null(Bytes(TensorDatatype.Int32, "f"));
        Assert.Null(Bytes(TensorDatatype.Fp32, "t"));

        byte[]? Bytes(TensorDatatype datatype, string column)
        {
            var rows = new TensorRows(new TensorMetadata("x", datatype, [-1]), [column]);
            if (rows.Read(chunk, 0) is not null)
            {
                return null;
            }

            rows.Take();
            return rows.Build().Data.ToArray();
        }
    }

    [Fact]
    public void Map_OnlyInput_TakesItsColumnOrAllThatAreLeft()
    {
        Assert.Equal(["a", "b"], Only([-1, 2], [], ["date"]));
        Assert.Equal(["a"], Only([-1, 1], [], ["date"], "a"));
        Assert.Equal(["b", "a"], Only([-1, -1], new() { ["x"] = ["b", "a"] }, []));

        IReadOnlyList<string> Only(long[] shape, Dictionary<string, IReadOnlyList<string>> given, string[] others, string name = "x") =>
            Assert.Single(TableInputs.Map([new TensorMetadata(name, TensorDatatype.Fp32, shape)], Columns, given, others)).Columns;
    }

    [Fact]
    public async Task Map_Signature_PicksItsColumnsInItsOrderAndOfItsTypes()
    {
        ColumnRule[] rules = [new("b", "double", true), new("a", "long", true), new("absent", "double", false)];
        var rows = Assert.Single(TableInputs.Map([new TensorMetadata("x", TensorDatatype.Fp32, [-1, 3])], Columns, new Dictionary<string, IReadOnlyList<string>>(), ["a"], rules));
        Assert.Equal(["b", "a"], rows.Columns);

        var chunk = await ChunkAsync("date,a,b\nx,1,2\ny,1.5,2\n");
        Assert.Null(rows.Read(chunk, 0));
        rows.Take();
        Assert.Equal([2, 1, float.NaN], A.Floats(rows.Build()));
        Assert.Equal("Row 2 (line 3), column 'a' is '1.5': the model's signature expects long.", rows.Read(chunk, 1));

        Assert.Contains(
            "Column 'c' is missing: the model's signature requires it",
            Assert.Throws<InferenceException>(() => TableInputs.Map([new TensorMetadata("x", TensorDatatype.Fp32, [-1, 1])], Columns, new Dictionary<string, IReadOnlyList<string>>(), [], [new("c", "double", true)])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Map_SeveralInputs_TakeTheColumnsOfTheirNames()
    {
        TensorMetadata[] inputs = [new("b", TensorDatatype.Fp32, [-1]), new("a", TensorDatatype.Fp32, [-1, 1])];

        Assert.Equal([["b"], ["a"]], TableInputs.Map(inputs, Columns, new Dictionary<string, IReadOnlyList<string>>(), []).Select(rows => rows.Columns));
    }

    [Theory]
    [InlineData(new long[] { -1, 3 }, "takes 3 column(s), but 2 are given (a, b)")]
    [InlineData(new long[] { 4, 2 }, "whose first dimension is open")]
    [InlineData(new long[] { -1, -1, -1 }, "save one")]
    [InlineData(new long[] { -1, -1, 3 }, "a multiple of 3")]
    public void Map_ColumnsThatDoNotFill_SaysWhatWould(long[] shape, string said)
    {
        var refusal = Assert.Throws<InferenceException>(() =>
            TableInputs.Map([new TensorMetadata("x", TensorDatatype.Fp32, shape)], Columns, new Dictionary<string, IReadOnlyList<string>>(), ["date"]));
        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Outputs_WithGaps_AreColumnsInTheirRows()
    {
        var columns = new TensorColumns(new TensorMetadata("y", TensorDatatype.Fp32, [-1, 2]), 2, isNullable: true);
        columns.Begin(3);
        columns.Add(A.Tensor("y", [2, 2], 1, 2, 3, 4), [0, 2]);

        var built = columns.Build([false, true, false]).ToArray();

        Assert.Equal(["y_0", "y_1"], built.Select(column => column.Name));
        Assert.Equal(["1", null, "3"], TableReaderTests.Cells(built[0]));
        Assert.Equal(["2", null, "4"], TableReaderTests.Cells(built[1]));
        Assert.Contains("not by row", Assert.Throws<InferenceException>(() => columns.Add(A.Tensor("y", [1, 2], 1, 2), [0, 2])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Outputs_OfText_AreText()
    {
        var columns = new TensorColumns(new TensorMetadata("y", TensorDatatype.Bytes, [-1]), 1, isNullable: false);
        columns.Begin(2);
        columns.Add(new Tensor("y", TensorDatatype.Bytes, [2], (byte[])[2, 0, 0, 0, .. "ü"u8, 0, 0, 0, 0]), [1, 0]);

        Assert.Equal(["", "ü"], TableReaderTests.Cells(Assert.Single(columns.Build(null))));
    }

    private static async Task<TableChunk> ChunkAsync(string csv)
    {
        await using var table = await TableReader.OpenAsync(new MemoryStream(Encoding.UTF8.GetBytes(csv)), Ct);
        return (await table.ReadAsync(100, Ct))!;
    }
}
