using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace MLOps.Connections.Sockets;

/// <summary>A listening socket whose connections have threads of their own.</summary>
/// <param name="begun">Makes a connection of an accepted socket.</param>
internal sealed class ConnectionListener(Socket listening, Func<Socket, SocketConnection> begun, TimeProvider time) : IConnectionListener
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public EndPoint EndPoint { get; } = listening.LocalEndPoint!;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                return Begun(await listening.AcceptAsync(cancellationToken));
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

    private SocketConnection Begun(Socket socket)
    {
        try
        {
            return begun(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        listening.Dispose();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();
}
