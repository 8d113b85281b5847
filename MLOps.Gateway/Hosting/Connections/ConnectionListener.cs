using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace MLOps.Gateway.Hosting.Connections;

/// <summary>A listening socket whose connections have threads of their own.</summary>
internal sealed class ConnectionListener(Socket listening, ConnectionLimits limits, bool noDelay, ConnectionThreads threads, FullSockets full, MemoryPool<byte> memory, TimeProvider time) : IConnectionListener
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public EndPoint EndPoint { get; } = listening.LocalEndPoint!;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                var socket = await listening.AcceptAsync(cancellationToken);
                socket.NoDelay = noDelay;
                var connection = new SocketConnection(socket, limits, threads, full, memory);
                connection.Start();
                return connection;
            }
            catch (Exception exception) when (exception is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return null;
            }
            catch (Exception exception) when (exception is SocketException or IOException)
            {
                // It ended before it was accepted, or the process has no descriptor left: then it takes one that another connection gives back.
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        listening.Dispose();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();
}
