namespace MLOps.Contracts.Endpoints;

/// <summary>Raw rows of which a version's inputs can be made, so that a caller need not.</summary>
/// <param name="Reads">Columns that the rows must have.</param>
/// <param name="Makes">Columns that the version's feature pipeline makes of them; empty: it has none.</param>
[GenerateSerializer, Immutable, Alias("mlops.RowColumns")]
public sealed record RowColumns(
    [property: Id(0)] IReadOnlyList<string> Reads,
    [property: Id(1)] IReadOnlyList<string> Makes);
