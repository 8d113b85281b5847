namespace MLOps.Contracts.Training;

/// <summary>A hyper-parameter of a catalogue model.</summary>
/// <param name="Type"><c>integer</c>, <c>number</c> or <c>string</c>.</param>
/// <param name="Default">In invariant text.</param>
/// <param name="Choices">Allowed values of a string; empty: any.</param>
[GenerateSerializer, Immutable, Alias("mlops.CatalogHyperParameter")]
public sealed record CatalogHyperParameter(
    [property: Id(0)] string Name,
    [property: Id(1)] string Type,
    [property: Id(2)] string Default,
    [property: Id(3)] double? Minimum,
    [property: Id(4)] double? Maximum,
    [property: Id(5)] string Description,
    [property: Id(6)] IReadOnlyList<string> Choices);
