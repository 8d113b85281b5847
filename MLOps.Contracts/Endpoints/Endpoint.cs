namespace MLOps.Contracts.Endpoints;

/// <summary>What an endpoint should be.</summary>
/// <param name="Variants">At least one that is live; weights are relative and sum to more than 0.</param>
/// <param name="Canary">How one variant gets its traffic step by step; null: the weights are in force at once.</param>
/// <param name="AbTest">How feedback decides between the variants; null: no test.</param>
/// <param name="Limits">What the endpoint takes at a time; null: no limit.</param>
/// <param name="Capture">What of requests and answers is kept; null: nothing.</param>
[GenerateSerializer, Immutable, Alias("mlops.EndpointSpec")]
public sealed record EndpointSpec(
    [property: Id(0)] IReadOnlyList<VariantSpec> Variants,
    [property: Id(1)] string? Description,
    [property: Id(2)] CanarySpec? Canary = null,
    [property: Id(3)] AbTestSpec? AbTest = null,
    [property: Id(4)] EndpointLimits? Limits = null,
    [property: Id(5)] CaptureSpec? Capture = null);

/// <summary>One arm of an endpoint.</summary>
/// <param name="Name">Unique in the endpoint, for example <c>champion</c>.</param>
/// <param name="ModelUri"><c>models:/name/3</c>, <c>models:/name/Production</c> or <c>models:/name@alias</c>. A stage or alias follows later promotions.</param>
/// <param name="Weight">Share of the traffic, ≥ 0; 0 for a shadow.</param>
/// <param name="Replicas">Placed copies, ≥ 1.</param>
/// <param name="Threads">Intra-op threads of one replica's session, ≥ 1.</param>
/// <param name="SampleRate">Share of the requests that a shadow gets, 0 to 1.</param>
/// <param name="MemoryBytes">What one replica's model may take; 0: no limit.</param>
[GenerateSerializer, Immutable, Alias("mlops.VariantSpec")]
public sealed record VariantSpec(
    [property: Id(0)] string Name,
    [property: Id(1)] string ModelUri,
    [property: Id(2)] double Weight = 1,
    [property: Id(3)] int Replicas = 1,
    [property: Id(4)] int Threads = 1,
    [property: Id(5)] VariantRole Role = VariantRole.Live,
    [property: Id(6)] double SampleRate = 1,
    [property: Id(7)] long MemoryBytes = 0);

public enum VariantRole
{
    /// <summary>Answers callers, by its weight.</summary>
    Live = 0,

    /// <summary>Gets copies of requests; nobody sees its answers but the comparison.</summary>
    Shadow,
}

public enum EndpointStatus
{
    Deploying = 0,
    Ready,
    Failed,

    /// <summary>Its models are out of memory until it is loaded again; its variants are kept.</summary>
    Unloaded,
}

/// <summary>What runs now behind a variant.</summary>
/// <param name="ModelVersion">The version that the URI resolved to.</param>
/// <param name="Source">Artifact URI of that version's files.</param>
/// <param name="LoadRevision">The endpoint's revision that loaded it; part of its replicas' keys.</param>
/// <param name="Signature">What the model takes and gives; null only while it is being loaded.</param>
[GenerateSerializer, Immutable, Alias("mlops.VariantState")]
public sealed record VariantState(
    [property: Id(0)] VariantSpec Spec,
    [property: Id(1)] string ModelName,
    [property: Id(2)] int ModelVersion,
    [property: Id(3)] string Source,
    [property: Id(4)] string? RunId,
    [property: Id(5)] long LoadRevision = 0,
    [property: Id(6)] ModelSignature? Signature = null);

/// <summary>An endpoint as it is. The revision grows with every change. Times are Unix ms.</summary>
/// <param name="Variants">With the weights in force, which during a canary are not those that were asked for.</param>
/// <param name="Monitored">What of each request goes to the endpoint's monitor; empty: nothing.</param>
/// <param name="Canary">The last canary, running or ended.</param>
/// <param name="Trial">The revision that began the running A/B test or the canary judged by a metric; 0: outcomes decide nothing.</param>
[GenerateSerializer, Immutable, Alias("mlops.EndpointSnapshot")]
public sealed record EndpointSnapshot(
    [property: Id(0)] string Name,
    [property: Id(1)] EndpointStatus Status,
    [property: Id(2)] string? StatusMessage,
    [property: Id(3)] IReadOnlyList<VariantState> Variants,
    [property: Id(4)] long Revision,
    [property: Id(5)] long CreationTime,
    [property: Id(6)] long LastUpdatedTime,
    [property: Id(7)] string? Description,
    [property: Id(8)] IReadOnlyList<MonitoredElement> Monitored,
    [property: Id(9)] EndpointLimits? Limits = null,
    [property: Id(10)] CaptureSpec? Capture = null,
    [property: Id(11)] AbTestSpec? AbTest = null,
    [property: Id(12)] CanaryProgress? Canary = null,
    [property: Id(13)] long Trial = 0);
