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

    /// <summary>Whether it answers callers or gets copies of their requests.</summary>
    public VariantRole Role { get; init; }

    /// <summary>Share of the requests that a shadow gets.</summary>
    public double SampleRate { get; init; } = 1;

    /// <summary>What one replica's model may take; 0: no limit.</summary>
    public long MemoryBytes { get; init; }
}
