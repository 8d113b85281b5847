using MLOps.Contracts.Endpoints;

namespace MLOps.Gateway.Endpoints;

/// <summary>The reports of one endpoint: one at a time, and the one that its grain has not acknowledged.</summary>
internal sealed class EndpointReports : IDisposable
{
    public SemaphoreSlim Turn { get; } = new(1, 1);

    public EndpointReport? Unacknowledged { get; set; }

    public void Dispose() => Turn.Dispose();
}
