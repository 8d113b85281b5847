namespace MLOps.Contracts.Endpoints;

public enum EndpointEventKind
{
    Deployed = 0,
    Followed,
    FollowFailed,
    CanaryStarted,
    CanaryStep,
    CanaryPromoted,
    CanaryRolledBack,
    CanaryAborted,
    AbTestStarted,
    AbTestDecided,
    AbTestInvalid,
    Removed,
    Loaded,
    Unloaded,
}

/// <summary>A line of an endpoint's history, which nothing rewrites.</summary>
/// <param name="EventId">Unique: a line written twice is one line.</param>
/// <param name="Timestamp">Unix ms.</param>
/// <param name="Message">What happened and why.</param>
/// <param name="By">Who asked for it; <c>mlops</c>: the platform by itself.</param>
[GenerateSerializer, Immutable, Alias("mlops.EndpointEvent")]
public sealed record EndpointEvent(
    [property: Id(0)] string EventId,
    [property: Id(1)] long Timestamp,
    [property: Id(2)] EndpointEventKind Kind,
    [property: Id(3)] string? Variant,
    [property: Id(4)] string Message,
    [property: Id(5)] string By,
    [property: Id(6)] long Revision)
{
    /// <summary>The platform itself.</summary>
    public const string Platform = "mlops";
}
