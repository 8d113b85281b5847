namespace MLOps.Client.Serving;

/// <summary>An arm to deploy.</summary>
/// <param name="ModelUri"><c>models:/name/3</c>, <c>models:/name/Production</c> or <c>models:/name@alias</c>.</param>
/// <param name="Weight">Relative share of the traffic. Default: 1.</param>
/// <param name="Replicas">Placed copies. Default: 1.</param>
/// <param name="Threads">Threads of one replica's session. Default: 1.</param>
/// <param name="Role"><c>live</c> or <c>shadow</c>. Default: live.</param>
/// <param name="SampleRate">Share of the requests that a shadow gets, 0 to 1. Default: 1.</param>
/// <param name="MemoryBytes">What one replica's model may take. Default: no limit.</param>
public sealed record VariantRequest(
    string Name,
    string ModelUri,
    double? Weight = null,
    int? Replicas = null,
    int? Threads = null,
    string? Role = null,
    double? SampleRate = null,
    long? MemoryBytes = null);
