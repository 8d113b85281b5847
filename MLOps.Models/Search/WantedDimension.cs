namespace MLOps.Models.Search;

/// <summary>What a person wants to vary.</summary>
/// <param name="Low">Null: the model's own least value.</param>
/// <param name="High">Null: the model's own largest value.</param>
/// <param name="IsLog">Whether the range is searched by its logarithm.</param>
/// <param name="Choices">The values to try; empty: the range, or all values of a text.</param>
public sealed record WantedDimension(string Name, double? Low, double? High, bool IsLog, IReadOnlyList<string> Choices);
