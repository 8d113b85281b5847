using MLOps.Contracts.Endpoints;

namespace MLOps.Gateway.Endpoints;

/// <summary>The reports of one endpoint: one at a time, and the one that its grain has not acknowledged.</summary>
internal sealed class EndpointReports
{
    /// <summary>Nobody asks for its wait handle, so there is nothing to dispose.</summary>
    public SemaphoreSlim Turn { get; } = new(1, 1);

    public EndpointReport? Unacknowledged { get; set; }
}
