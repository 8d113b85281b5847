using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MLOps.Gateway.Hosting.Connections;

/// <summary>Waits until the other sides of full sockets have taken something. Rare: the system keeps what one answer has.</summary>
internal sealed class FullSockets : IDisposable
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource> _waiting = new();
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

    /// <param name="mayWrite">Completes when the socket takes something, or is shut.</param>
    /// <param name="wasWatched">Whether this was asked for the socket before.</param>
    /// <exception cref="IOException">The system refuses.</exception>
    public void Watch(SafeSocketHandle socket, TaskCompletionSource mayWrite, bool wasWatched)
    {
        var id = Interlocked.Increment(ref _lastId);
        _waiting[id] = mayWrite;
        SystemCalls.Watch(_events, wasWatched ? SystemCalls.EventsChange : SystemCalls.EventsAdd, socket, SystemCalls.EventOut | SystemCalls.EventOnce, id);
    }

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

                    if (_waiting.TryRemove(id, out var may))
                    {
                        may.TrySetResult();
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
