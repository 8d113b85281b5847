namespace MLOps.Client.Serving;

/// <summary>One arm of an endpoint.</summary>
public sealed record EndpointVariant
{
    public required string Name { get; init; }

    public string ModelUri { get; init; } = "";

    public string ModelName { get; init; } = "";

    /// <summary>The version that the URI resolved to.</summary>
    public int? ModelVersion { get; init; }

    /// <summary>Relative share of the traffic.</summary>
    public double Weight { get; init; }

    public int Replicas { get; init; }

    public int Threads { get; init; }

    public string? RunId { get; init; }
}
