using System.Globalization;

namespace MLOps.Inference.Tabular;

/// <summary>A column that a model takes.</summary>
/// <param name="Name">In the table.</param>
/// <param name="Index">Where it is in the table; -1: it is not there, and is missing in every row.</param>
/// <param name="Type">The type by the model's signature; null: it says nothing of the column.</param>
public sealed record ModelColumn(string Name, int Index, string? Type)
{
    /// <summary>Whether the cell is of the signature's type. Whole numbers pass for floating point, as nothing of them is lost; never the other way.</summary>
    public bool Fits(in Cell cell) => Index < 0 || Type switch
    {
        null => true,
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
