namespace MLOps.Client.Training.Search;

/// <summary>A hyper-parameter search as it is.</summary>
public sealed record HyperParameterSearch
{
    public required string SearchId { get; init; }

    public string Model { get; init; } = "";

    public string Dataset { get; init; } = "";

    public int? DatasetVersion { get; init; }

    public string Method { get; init; } = "";

    /// <summary>The objective.</summary>
    public string Metric { get; init; } = "";

    /// <summary><c>minimize</c> or <c>maximize</c>.</summary>
    public string Direction { get; init; } = "";

    public SearchStatus Status { get; init; }

    public string? Message { get; init; }

    /// <summary>The parent run.</summary>
    public string? RunId { get; init; }

    /// <summary>How many trials there will be at most.</summary>
    public int MaximumTrials { get; init; }

    public IReadOnlyList<SearchTrial> Trials { get; init; } = [];

    /// <summary>The best completed trial so far.</summary>
    public SearchTrial? Best { get; init; }

    public string? ModelName { get; init; }

    public int? ModelVersion { get; init; }

    public DateTimeOffset? CreationTime { get; init; }

    public DateTimeOffset? EndTime { get; init; }

    public bool IsEnded => Status != SearchStatus.Running;
}
