using System.Globalization;
using MLOps.Contracts.Endpoints;
using MLOps.Inference;

namespace MLOps.Gateway.Scoring;

/// <summary>A column that the model takes.</summary>
/// <param name="Index">Where it is in a row; -1: it was not given, and is NaN.</param>
/// <param name="Field">What the signature says of it; null: there is none.</param>
internal sealed record SchemaColumn(string Name, int Index, SchemaField? Field)
{
    /// <summary>Takes the column's value. Whole numbers pass for floating point, as nothing of them is lost; never the other way.</summary>
    /// <exception cref="InferenceException">InvalidRequest: of another type than the signature's.</exception>
    public Cell Take(ReadOnlySpan<Cell> row, long number)
    {
        if (Index < 0)
        {
            return default;
        }

        var cell = row[Index];
        return Field is null || Fits(cell, Field.Type)
            ? cell
            : throw new InferenceException(
                InferenceError.InvalidRequest,
                $"Column '{TensorBuilder.Shown(Name)}' is {cell} in row {number}: the model's signature expects {Field.Type}.");
    }

    private static bool Fits(Cell cell, string type) => type switch
    {
        "boolean" => cell.Kind == CellKind.Boolean,
        "integer" => cell is { Kind: CellKind.Integer, Integer: >= int.MinValue and <= int.MaxValue },
        "long" => cell.Kind == CellKind.Integer,
        "float" or "double" => cell.IsNumber || cell.Kind == CellKind.Null,
        "string" or "binary" => cell.Text is not null,
        "datetime" => cell.Text is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _),

        // Lists, maps and objects: what the model's own input makes of them decides.
        _ => true,
    };
}
