namespace MLOps.Gateway.Experiments;

/// <summary>What the server is and how much it holds.</summary>
internal sealed record PlatformStatus(
    string Status,
    string Version,
    string Store,
    string TrackingUri,
    string RegistryUri,
    string ArtifactRoot,
    long Experiments,
    long Runs,
    long RegisteredModels,
    int Endpoints);
