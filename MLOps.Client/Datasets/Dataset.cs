namespace MLOps.Client.Datasets;

/// <summary>A dataset with its versions.</summary>
public sealed record Dataset
{
    public required string Name { get; init; }

    public IReadOnlyList<DatasetVersion> Versions { get; init; } = [];
}
