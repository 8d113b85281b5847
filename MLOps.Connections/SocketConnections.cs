using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLOps.Connections.Sockets;

namespace MLOps.Connections;

/// <summary>Connections of this process to others and from them, over the threads that they all share (docs/decisions/0027). Where those are not to be had, or are switched off, over the framework's own.</summary>
public sealed class SocketConnections : IDisposable
{
    /// <summary>Threads that take the places of blocked ones, at most.</summary>
    private const int MostOthers = 64;

    private readonly Lazy<(ConnectionThreads Threads, FullSockets Full)> _shared;
    private readonly Lazy<SocketConnectionContextFactory> _framework;
    private readonly ReceiveBlockPool _memory = new();
    private readonly SocketTransportOptions _sockets;
    private readonly ConnectionLimits _limits;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly int _threads;

    public SocketConnections(IOptions<ConnectionOptions> options, IOptions<SocketTransportOptions> sockets, TimeProvider time, ILoggerFactory loggers)
    {
        _threads = options.Value.Threads ?? Environment.ProcessorCount + 1;
        _limits = new ConnectionLimits(sockets.Value.MaxReadBufferSize ?? 0, sockets.Value.MaxWriteBufferSize ?? 0);
        _sockets = sockets.Value;
        _time = time;
        _loggers = loggers;
        _logger = loggers.CreateLogger<SocketConnections>();
        _shared = new(Begun);
        _framework = new(() => new SocketConnectionContextFactory(
            new SocketConnectionFactoryOptions { MaxReadBufferSize = _sockets.MaxReadBufferSize, MaxWriteBufferSize = _sockets.MaxWriteBufferSize },
            _logger));
    }

    /// <summary>Whether connections have the threads that they share; else they are the framework's.</summary>
    public bool HaveThreads => OperatingSystem.IsLinux() && _threads > 0;

    /// <summary>Null: there was no connection yet.</summary>
    internal ConnectionThreads? Threads => _shared.IsValueCreated ? _shared.Value.Threads : null;

    /// <summary>Null: there was no connection yet.</summary>
    internal FullSockets? Full => _shared.IsValueCreated ? _shared.Value.Full : null;

    /// <summary>Listens for connections.</summary>
    /// <exception cref="SocketException">The address is not this machine's, or is taken.</exception>
    public ValueTask<IConnectionListener> ListenAsync(IPEndPoint endpoint, CancellationToken cancellationToken = default) => HaveThreads
        ? ValueTask.FromResult<IConnectionListener>(Listen(endpoint))
        : new SocketTransportFactory(Options.Create(_sockets), _loggers).BindAsync(endpoint, cancellationToken);

    /// <summary>Connects to another process.</summary>
    /// <exception cref="SocketException">Nobody listens there, or it cannot be reached.</exception>
    /// <exception cref="IOException">The system refuses to wait for one more socket.</exception>
    public async ValueTask<ConnectionContext> ConnectAsync(IPEndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (HaveThreads)
            {
                await Task.Factory.StartNew(() => Connect(socket, endpoint, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                return Begun(socket);
            }

            await socket.ConnectAsync(endpoint, cancellationToken);
            socket.NoDelay = _sockets.NoDelay;
            return _framework.Value.Create(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_shared.IsValueCreated)
        {
            _shared.Value.Threads.Dispose();
            _shared.Value.Full.Dispose();
        }

        if (_framework.IsValueCreated)
        {
            _framework.Value.Dispose();
        }

        _memory.Dispose();
    }

    internal ConnectionListener Listen(EndPoint endpoint)
    {
        // What the system refuses is heard here, and not by the first connection.
        _ = _shared.Value;
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

        return new ConnectionListener(listening, Begun, _time);
    }

    /// <summary>Waits for it. A socket that was ever connected, read or written asynchronously is watched by the runtime from then on, for as long as it lives: a thread of its own would wake up with every packet, and one of the pool to see that nobody asked.</summary>
    private static void Connect(Socket socket, IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.Register(socket.Dispose);
        try
        {
            socket.Connect(endpoint);
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested && exception is SocketException or ObjectDisposedException)
        {
            throw new OperationCanceledException("It did not answer.", exception, cancellationToken);
        }
    }

    /// <summary>The socket as a connection that receives and sends.</summary>
    private SocketConnection Begun(Socket socket)
    {
        socket.NoDelay = _sockets.NoDelay;
        var (threads, full) = _shared.Value;
        var connection = new SocketConnection(socket, _limits, threads, full, _memory, _logger);
        connection.Start();
        return connection;
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
