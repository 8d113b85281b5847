namespace MLOps.Client.Training.Search;

/// <summary>One point of a search, trained by a job of its own.</summary>
public sealed record SearchTrial
{
    /// <summary>From 0.</summary>
    public required int Number { get; init; }

    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>();

    public SearchTrialStatus Status { get; init; }

    /// <summary>Of the objective; of a pruned trial its best of the metric that it was judged by.</summary>
    public double? Value { get; init; }

    public string JobId { get; init; } = "";

    public string? RunId { get; init; }

    /// <summary>Why it has no value.</summary>
    public string? Message { get; init; }
}
