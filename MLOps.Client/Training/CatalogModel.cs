namespace MLOps.Client.Training;

/// <summary>A model that the platform can train.</summary>
public sealed record CatalogModel
{
    public required string Id { get; init; }

    public string Name { get; init; } = "";

    public string Category { get; init; } = "";

    public string Description { get; init; } = "";

    public IReadOnlyList<HyperParameter> HyperParameters { get; init; } = [];
}
