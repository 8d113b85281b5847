namespace MLOps.Client.Datasets;

/// <summary>One immutable version of a dataset.</summary>
public sealed record DatasetVersion
{
    public required string Name { get; init; }

    public required int Version { get; init; }

    /// <summary>Of the file's bytes; the same bytes never make a second version.</summary>
    public string Digest { get; init; } = "";

    /// <summary><c>ohlcv</c> (checked daily bars) or <c>table</c>.</summary>
    public string Kind { get; init; } = "";

    public long Rows { get; init; }

    public IReadOnlyList<DatasetColumn> Columns { get; init; } = [];

    /// <summary>ISO date of the first row; null without a date column.</summary>
    public string? FirstDate { get; init; }

    /// <summary>ISO date of the last row; null without a date column.</summary>
    public string? LastDate { get; init; }

    public string? Source { get; init; }

    public DateTimeOffset? CreationTime { get; init; }
}
