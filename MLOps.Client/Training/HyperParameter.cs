using System.Text.Json;

namespace MLOps.Client.Training;

/// <summary>A setting of a model's training.</summary>
public sealed record HyperParameter
{
    public required string Name { get; init; }

    /// <summary>What its value is, by the catalogue's word (for example <c>whole_number</c>, <c>real_number</c>, <c>text</c>).</summary>
    public string Type { get; init; } = "";

    /// <summary>Any JSON value; see <see cref="DefaultText"/>.</summary>
    public JsonElement? Default { get; init; }

    public double? Minimum { get; init; }

    public double? Maximum { get; init; }

    /// <summary>The allowed values; empty: any.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    public string Description { get; init; } = "";

    /// <summary>Whether its value is a whole number.</summary>
    public bool IsWholeNumber => Type.StartsWith("int", StringComparison.OrdinalIgnoreCase) || Type.StartsWith("whole", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether its value is a number, whole or not.</summary>
    public bool IsNumber => IsWholeNumber
        || Type.Contains("num", StringComparison.OrdinalIgnoreCase)
        || Type.Contains("real", StringComparison.OrdinalIgnoreCase)
        || Type is "float" or "double";

    /// <summary>The default as the text that a start request takes; empty when there is none.</summary>
    public string DefaultText => Default?.ToString() ?? "";
}
