namespace MLOps.Client.Datasets;

/// <summary>The first and last rows of a version, cells as text; null: missing.</summary>
public sealed record DatasetPreview
{
    public required string Name { get; init; }

    public required int Version { get; init; }

    public long Rows { get; init; }

    public IReadOnlyList<PreviewColumn> Columns { get; init; } = [];

    /// <summary>From the first row on.</summary>
    public IReadOnlyList<IReadOnlyList<string?>> Head { get; init; } = [];

    /// <summary>To the last row; no row is in both.</summary>
    public IReadOnlyList<IReadOnlyList<string?>> Tail { get; init; } = [];
}

public sealed record PreviewColumn(string Name, string Type);
