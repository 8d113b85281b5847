using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MLOps.Gateway.Hosting.Connections;

/// <summary>Waits until the other sides of full sockets have taken something. Rare: the system keeps what one answer has.</summary>
internal sealed class FullSockets : IDisposable
{
    private readonly ConcurrentDictionary<long, SocketConnection> _connections = new();
    private readonly SafeFileHandle _events = SystemCalls.CreateEvents();
    private readonly SafeFileHandle _stop = SystemCalls.CreateSignal();
    private readonly Thread _thread;
    private long _lastId;

    /// <exception cref="IOException">The system refuses one more descriptor.</exception>
    public FullSockets()
    {
        SystemCalls.Watch(_events, SystemCalls.EventsAdd, _stop, SystemCalls.EventIn, 0);
        _thread = new Thread(Run) { IsBackground = true, Name = "MLOps full sockets" };
        _thread.UnsafeStart();
    }

    /// <summary>Sockets that were full once.</summary>
    public int Count => _connections.Count;

    /// <summary>Tells the connection once when its socket takes something, or fails.</summary>
    /// <param name="id">What it was called the last time; 0: this is the first.</param>
    /// <returns>What it is called here until it is removed.</returns>
    /// <exception cref="IOException">The system refuses.</exception>
    public long Watch(SocketConnection connection, SafeSocketHandle socket, long id)
    {
        var isFirst = id == 0;
        if (isFirst)
        {
            id = Interlocked.Increment(ref _lastId);
            _connections[id] = connection;
        }

        try
        {
            SystemCalls.Watch(_events, isFirst ? SystemCalls.EventsAdd : SystemCalls.EventsChange, socket, SystemCalls.EventOut | SystemCalls.EventOnce, id);
            return id;
        }
        catch
        {
            Remove(id);
            throw;
        }
    }

    public void Remove(long id) => _connections.TryRemove(id, out _);

    public void Dispose()
    {
        if (!_stop.IsClosed)
        {
            SystemCalls.Raise(_stop);
            _thread.Join();
            _events.Dispose();
            _stop.Dispose();
        }
    }

    private unsafe void Run()
    {
        Span<byte> found = stackalloc byte[SocketEvent.MaxSize];
        fixed (byte* at = found)
        {
            while (true)
            {
                var count = SystemCalls.WaitEvents(_events, at, 1, -1);
                if (count == 1)
                {
                    var id = SocketEvent.Data(found);
                    if (id == 0)
                    {
                        return;
                    }

                    if (_connections.TryGetValue(id, out var connection))
                    {
                        connection.MayWrite();
                    }
                }
                else if (Marshal.GetLastPInvokeError() != SystemCalls.Interrupted)
                {
                    return;
                }
            }
        }
    }
}
