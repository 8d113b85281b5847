using MLOps.Client.Http;

namespace MLOps.Client.Platform;

/// <summary>The gateway itself.</summary>
public sealed class StatusClient
{
    private readonly Transport _transport;

    internal StatusClient(Transport transport) => _transport = transport;

    public Task<GatewayStatus> GetAsync(CancellationToken cancellationToken = default) =>
        _transport.GetAsync<GatewayStatus>("api/v1/mlflow/status", cancellationToken);
}
