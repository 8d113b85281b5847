namespace MLOps.Client.Datasets;

/// <summary>A column and how it looked when the version was registered.</summary>
public sealed record DatasetColumn
{
    public required string Name { get; init; }

    public string Type { get; init; } = "";

    public long Missing { get; init; }

    public double? Min { get; init; }

    public double? Max { get; init; }

    public double? Mean { get; init; }
}
