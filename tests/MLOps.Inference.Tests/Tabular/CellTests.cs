using MLOps.Inference.Tabular;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Tests.Tabular;

/// <summary>CSV cells as pandas.read_csv reads them: what is expected here was answered by pandas 1.5.3 for a column of the cell and a 1, but for None, which is pandas 2's.</summary>
public sealed class CellTests
{
    [Theory]
    [InlineData("1.5", 1.5)]
    [InlineData("1.5 ", 1.5)]
    [InlineData("1.", 1)]
    [InlineData(".5", 0.5)]
    [InlineData("1e5", 100_000)]
    [InlineData("inf", double.PositiveInfinity)]
    [InlineData("iNf", double.PositiveInfinity)]
    [InlineData("+INF", double.PositiveInfinity)]
    [InlineData("-inf", double.NegativeInfinity)]
    [InlineData("+Infinity", double.PositiveInfinity)]
    public void OfCsv_Number_IsOneInQuotesToo(string text, double expected)
    {
        foreach (var quoted in (bool[])[false, true])
        {
            var cell = Cell.OfCsv(text, quoted);
            Assert.Equal((CellKind.Number, expected, text), (cell.Kind, cell.Number, cell.Text));
        }
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData(" 7", 7)]
    [InlineData("7 ", 7)]
    [InlineData("\t1", 1)]
    [InlineData("+7", 7)]
    [InlineData("007", 7)]
    public void OfCsv_WholeNumber_IsOneAndKeepsItsText(string text, long expected)
    {
        foreach (var quoted in (bool[])[false, true])
        {
            var cell = Cell.OfCsv(text, quoted);
            Assert.Equal((CellKind.Integer, expected, text), (cell.Kind, cell.Integer, cell.Text));
            Assert.True(new ModelColumn("c", 0, "long").Fits(cell) && new ModelColumn("c", 0, "double").Fits(cell) && new ModelColumn("c", 0, "string").Fits(cell));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("NA")]
    [InlineData("N/A")]
    [InlineData("n/a")]
    [InlineData("<NA>")]
    [InlineData("#NA")]
    [InlineData("#N/A")]
    [InlineData("#N/A N/A")]
    [InlineData("NaN")]
    [InlineData("-nan")]
    [InlineData("NULL")]
    [InlineData("null")]
    [InlineData("None")]
    [InlineData("-1.#IND")]
    [InlineData("1.#QNAN")]
    public void OfCsv_MissingValue_IsTextOnlyWhereItIsQuotedAndTextIsWanted(string text)
    {
        foreach (var quoted in (bool[])[false, true])
        {
            var cell = Cell.OfCsv(text, quoted);
            Assert.Equal((CellKind.Null, double.NaN), (cell.Kind, cell.Number));
            Assert.Equal(quoted ? text : null, cell.Text);
            Assert.Equal(quoted ? null : "text", CellTensor.Write(cell, TensorDatatype.Bytes, new System.Buffers.ArrayBufferWriter<byte>()));
        }
    }

    [Theory]
    [InlineData("1e400")]
    [InlineData("0x10")]
    [InlineData("1_000")]
    [InlineData("1,5")]
    [InlineData("na")]
    [InlineData("Null")]
    [InlineData(" NA")]
    [InlineData("tRue")]
    [InlineData("x")]
    public void OfCsv_AnythingElse_IsText(string text)
    {
        foreach (var quoted in (bool[])[false, true])
        {
            Assert.Equal((CellKind.Text, text), (Cell.OfCsv(text, quoted).Kind, Cell.OfCsv(text, quoted).Text));
        }
    }
}
