using System.Globalization;
using MLOps.Contracts.Problems;
using MLOps.Inference.Tabular;

namespace MLOps.Silo.Datasets;

/// <summary>A row's cells, and where it is in its file: by line, where the format has lines.</summary>
internal readonly record struct DatasetRow(TableChunk Chunk, int Index)
{
    /// <summary><c>Line 18</c>, or <c>Row 17</c> of a Parquet file.</summary>
    public string Place => Chunk.Line(Index) is { } line
        ? string.Create(CultureInfo.InvariantCulture, $"Line {line}")
        : string.Create(CultureInfo.InvariantCulture, $"Row {Chunk.FirstRow + Index}");

    public Cell this[int column] => Chunk.Columns[column].Cell(Index);

    /// <summary>The refusal of a cell.</summary>
    public MLOpsException Bad(int column, string expected)
    {
        var text = Chunk.Columns[column].Text(Index);
        return new(ProblemCode.InvalidArgument, $"{Place}, column '{Chunk.Columns[column].Name}' is '{(text.Length > 80 ? text[..80] + "…" : text)}': expected {expected}. Nothing was registered.");
    }

    /// <summary>The cell as text: a CSV's as it is written.</summary>
    public string Text(int column) => Chunk.Columns[column].Text(Index);
}
