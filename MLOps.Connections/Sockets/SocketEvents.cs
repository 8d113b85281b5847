using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MLOps.Connections.Sockets;

/// <summary>What happens to the sockets of connections, for any number of threads that wait for it. The descriptors go with the last thread that uses them.</summary>
internal sealed class SocketEvents
{
    private const long Stopped = 0;

    private readonly ConcurrentDictionary<long, SocketConnection> _connections = new();
    private readonly SafeFileHandle _events = SystemCalls.CreateEvents();
    private readonly SafeFileHandle _stop = SystemCalls.CreateSignal();
    private long _lastId = Stopped;

    /// <exception cref="IOException">The system refuses one more descriptor.</exception>
    public SocketEvents() => SystemCalls.Watch(_events, SystemCalls.EventsAdd, _stop, SystemCalls.EventIn, Stopped);

    /// <summary>Connections that are watched.</summary>
    public int Count => _connections.Count;

    /// <summary>Watches one more connection's socket.</summary>
    /// <returns>What it is called here until it is removed; never 0.</returns>
    /// <exception cref="IOException">The system refuses.</exception>
    public long Add(SocketConnection connection, SafeSocketHandle socket, uint flags)
    {
        var id = Interlocked.Increment(ref _lastId);
        _connections[id] = connection;
        try
        {
            SystemCalls.Watch(_events, SystemCalls.EventsAdd, socket, flags, id);
            return id;
        }
        catch
        {
            Remove(id);
            throw;
        }
    }

    /// <summary>Watches a socket that was added for these.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public void Change(long id, SafeSocketHandle socket, uint flags) => SystemCalls.Watch(_events, SystemCalls.EventsChange, socket, flags, id);

    public void Remove(long id) => _connections.TryRemove(id, out _);

    /// <summary>Waits for one event: what else has happened is for another thread, if there is one that sleeps.</summary>
    /// <param name="milliseconds">At most; −1: for as long as it takes.</param>
    /// <param name="connection">Null: nothing in that time, or to a connection that is gone.</param>
    /// <returns>False: it is over, for all who wait.</returns>
    public unsafe bool Next(int milliseconds, out SocketConnection? connection, out uint flags)
    {
        (connection, flags) = (null, 0);
        var found = stackalloc byte[SocketEvent.MaxSize];
        var count = SystemCalls.WaitEvents(_events, found, 1, milliseconds);
        if (count < 0)
        {
            return Marshal.GetLastPInvokeError() == SystemCalls.Interrupted;
        }

        if (count > 0)
        {
            var at = new ReadOnlySpan<byte>(found, SocketEvent.MaxSize);
            var id = SocketEvent.Data(at);
            if (id == Stopped)
            {
                return false;
            }

            flags = SocketEvent.Flags(at);
            _connections.TryGetValue(id, out connection);
        }

        return true;
    }

    /// <summary>Nobody waits any more.</summary>
    public void Stop() => SystemCalls.Raise(_stop);
}
