using System.Net;
using Microsoft.AspNetCore.Connections;

namespace MLOps.Connections;

/// <summary>The web server's connections on Linux: what a request costs in wake-ups is most of what a small prediction takes (docs/decisions/0027). Elsewhere, and when switched off, the server's own.</summary>
public sealed class ConnectionListenerFactory(SocketConnections connections) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => connections.HaveThreads && endpoint is IPEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => ValueTask.FromResult<IConnectionListener>(connections.Listen(endpoint));
}
