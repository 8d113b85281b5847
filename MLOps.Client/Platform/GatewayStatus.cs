namespace MLOps.Client.Platform;

/// <summary>What the gateway is and how much it holds.</summary>
public sealed record GatewayStatus
{
    public string Status { get; init; } = "";

    public string Version { get; init; } = "";

    /// <summary>The kind of store beneath.</summary>
    public string? Store { get; init; }

    public string? TrackingUri { get; init; }

    public string? RegistryUri { get; init; }

    public string? ArtifactRoot { get; init; }

    public long Experiments { get; init; }

    public long Runs { get; init; }

    public long RegisteredModels { get; init; }

    public long Endpoints { get; init; }
}
