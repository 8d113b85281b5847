namespace MLOps.Contracts.Endpoints;

/// <summary>What an endpoint should be.</summary>
/// <param name="Variants">At least one; weights are relative and sum to more than 0.</param>
[GenerateSerializer, Immutable, Alias("mlops.EndpointSpec")]
public sealed record EndpointSpec(
    [property: Id(0)] IReadOnlyList<VariantSpec> Variants,
    [property: Id(1)] string? Description);

/// <summary>One arm of an endpoint.</summary>
/// <param name="Name">Unique in the endpoint, for example <c>champion</c>.</param>
/// <param name="ModelUri"><c>models:/name/3</c>, <c>models:/name/Production</c> or <c>models:/name@alias</c>. A stage or alias follows later promotions.</param>
/// <param name="Weight">Share of the traffic, ≥ 0.</param>
/// <param name="Replicas">Placed copies, ≥ 1.</param>
/// <param name="Threads">Intra-op threads of one replica's session, ≥ 1.</param>
[GenerateSerializer, Immutable, Alias("mlops.VariantSpec")]
public sealed record VariantSpec(
    [property: Id(0)] string Name,
    [property: Id(1)] string ModelUri,
    [property: Id(2)] double Weight = 1,
    [property: Id(3)] int Replicas = 1,
    [property: Id(4)] int Threads = 1);

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
/// <param name="Monitored">What of each request goes to the endpoint's monitor; empty: nothing.</param>
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
    [property: Id(8)] IReadOnlyList<MonitoredElement> Monitored);
