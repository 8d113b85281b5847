namespace MLOps.Client.Datasets;

/// <summary>How the columns of a version are distributed.</summary>
public sealed record DatasetProfile
{
    public required string Name { get; init; }

    public required int Version { get; init; }

    public long Rows { get; init; }

    public IReadOnlyList<ColumnProfile> Columns { get; init; } = [];
}
