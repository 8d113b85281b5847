using System.Text.Json.Serialization;

namespace MLOps.Client.Serving;

public enum CanaryStatus
{
    Running = 0,
    Promoted,
    [JsonStringEnumMemberName("rolled_back")]
    RolledBack,
    Aborted,
}

/// <summary>Where a canary stands.</summary>
public sealed record CanaryProgress
{
    public required string Variant { get; init; }

    public CanaryStatus Status { get; init; }

    /// <summary>From 1.</summary>
    public int Step { get; init; }

    public IReadOnlyList<CanaryStep> Steps { get; init; } = [];

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? StepStartedAt { get; init; }

    /// <summary>Why it ended.</summary>
    public string? Reason { get; init; }

    /// <summary>What the deployment asked for, by live variant: those beside the candidate share the rest by them.</summary>
    public IReadOnlyDictionary<string, double> Weights { get; init; } = new Dictionary<string, double>();
}
