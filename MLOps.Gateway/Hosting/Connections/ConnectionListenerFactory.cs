using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MLOps.Gateway.Hosting.Connections;

/// <summary>The server's connections on Linux: what a request costs in wake-ups is most of what a small prediction takes (docs/decisions/0027). Elsewhere, and when switched off, the server's own.</summary>
internal sealed class ConnectionListenerFactory : IConnectionListenerFactory, IConnectionListenerFactorySelector, IDisposable
{
    /// <summary>Threads that take the places of blocked ones, at most.</summary>
    private const int MostOthers = 64;

    private readonly Lazy<(ConnectionThreads Threads, FullSockets Full)> _shared;
    private readonly ReceiveBlockPool _memory = new();
    private readonly SocketTransportOptions _sockets;
    private readonly ConnectionLimits _limits;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly int _threads;

    public ConnectionListenerFactory(IOptions<GatewayOptions> options, IOptions<SocketTransportOptions> sockets, TimeProvider time, ILogger<ConnectionListenerFactory> logger)
    {
        _threads = options.Value.ConnectionThreads ?? Environment.ProcessorCount + 1;
        _limits = new ConnectionLimits(sockets.Value.MaxReadBufferSize ?? 0, sockets.Value.MaxWriteBufferSize ?? 0);
        _sockets = sockets.Value;
        _time = time;
        _logger = logger;
        _shared = new(Begun);
    }

    /// <summary>Null: nothing is bound yet.</summary>
    public ConnectionThreads? Threads => _shared.IsValueCreated ? _shared.Value.Threads : null;

    /// <summary>Null: nothing is bound yet.</summary>
    public FullSockets? Full => _shared.IsValueCreated ? _shared.Value.Full : null;

    public bool CanBind(EndPoint endpoint) => OperatingSystem.IsLinux() && _threads > 0 && endpoint is IPEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var listening = _sockets.CreateBoundListenSocket(endpoint);
        try
        {
            listening.Listen(_sockets.Backlog);
        }
        catch
        {
            listening.Dispose();
            throw;
        }

        var (threads, full) = _shared.Value;
        return ValueTask.FromResult<IConnectionListener>(new ConnectionListener(listening, _limits, _sockets.NoDelay, threads, full, _memory, _time, _logger));
    }

    public void Dispose()
    {
        if (_shared.IsValueCreated)
        {
            _shared.Value.Threads.Dispose();
            _shared.Value.Full.Dispose();
        }

        _memory.Dispose();
    }

    private (ConnectionThreads Threads, FullSockets Full) Begun()
    {
        var full = new FullSockets();
        try
        {
            return (new ConnectionThreads(_threads, _threads + MostOthers, _logger), full);
        }
        catch
        {
            full.Dispose();
            throw;
        }
    }
}
