namespace MLOps.Client.Models;

/// <summary>One line of a model's stage history.</summary>
public sealed record StageTransition
{
    public required int Version { get; init; }

    public ModelStage From { get; init; }

    public ModelStage To { get; init; }

    public DateTimeOffset Timestamp { get; init; }

    /// <summary>Who asked; null or empty when not known.</summary>
    public string? By { get; init; }

    public string? Comment { get; init; }
}
