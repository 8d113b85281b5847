namespace MLOps.Contracts.Training;

/// <summary>A model of the catalogue, as forms need it.</summary>
[GenerateSerializer, Immutable, Alias("mlops.CatalogModel")]
public sealed record CatalogModel(
    [property: Id(0)] string Id,
    [property: Id(1)] string Name,
    [property: Id(2)] string Category,
    [property: Id(3)] string Description,
    [property: Id(4)] IReadOnlyList<CatalogHyperParameter> HyperParameters);
