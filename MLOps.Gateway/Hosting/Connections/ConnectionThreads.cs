using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MLOps.Gateway.Hosting.Connections;

/// <summary>Threads that wait for all connections together. Whichever wakes up receives, runs the request and sends, and then looks for the next connection that has something: a request
/// wakes up one thread, or none where there is always one more. A request that keeps its thread for long does not keep the others waiting: when all threads are busy so, there is one more.</summary>
internal sealed class ConnectionThreads : IDisposable
{
    /// <summary>When all threads have been busy with one request each for that long, another thread begins.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(5);

    /// <summary>For how long a thread beyond the usual ones is kept without a request.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<long, SocketConnection> _connections = new();
    private readonly List<Worker> _workers = [];
    private readonly Lock _lock = new();
    private readonly AutoResetEvent _allAreBusy = new(false);
    private readonly SafeFileHandle _events;
    private readonly SafeFileHandle _stop;
    private readonly Thread _overseer;
    private readonly int _most;
    private readonly int _usual;
    private long _lastId;
    private int _count;
    private int _busy;
    private volatile bool _isOverseen;
    private volatile bool _ended;

    /// <param name="usual">Threads that there always are.</param>
    /// <param name="most">Threads at most.</param>
    /// <exception cref="IOException">The system refuses one more descriptor.</exception>
    public ConnectionThreads(int usual, int most)
    {
        (_usual, _most) = (usual, most);
        _events = SystemCalls.CreateEvents();
        _stop = SystemCalls.CreateSignal();
        SystemCalls.Watch(_events, SystemCalls.EventsAdd, _stop, SystemCalls.EventIn, 0);
        for (var i = 0; i < usual; i++)
        {
            Begin();
        }

        _overseer = new Thread(Oversee) { IsBackground = true, Name = "MLOps connections" };
        _overseer.UnsafeStart();
    }

    /// <summary>Threads that there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>From now on the connection is told whenever bytes, the end or an error have come.</summary>
    /// <returns>What it is called here.</returns>
    /// <exception cref="IOException">The system refuses.</exception>
    public long Add(SocketConnection connection, SafeSocketHandle socket)
    {
        var id = Interlocked.Increment(ref _lastId);
        _connections[id] = connection;
        try
        {
            SystemCalls.Watch(_events, SystemCalls.EventsAdd, socket, SystemCalls.EventIn | SystemCalls.EventPeerClosed | SystemCalls.EventEdge, id);
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
        if (_ended)
        {
            return;
        }

        lock (_lock)
        {
            _ended = true;
        }

        // The descriptors go with the last thread that uses them.
        SystemCalls.Raise(_stop);
        _allAreBusy.Set();
        _overseer.Join();
    }

    private void Begin()
    {
        lock (_lock)
        {
            if (!_ended && _workers.Count < _most)
            {
                var worker = new Worker(this, isUsual: _workers.Count < _usual);
                _workers.Add(worker);
                Volatile.Write(ref _count, _workers.Count);
                worker.Start();
            }
        }
    }

    private void End(Worker worker)
    {
        lock (_lock)
        {
            _workers.Remove(worker);
            Volatile.Write(ref _count, _workers.Count);
        }
    }

    /// <summary>Sleeps until all threads are busy at once, and looks then whether they stay so.</summary>
    private void Oversee()
    {
        while (!_ended)
        {
            _isOverseen = false;
            if (!AllAreBusy())
            {
                _allAreBusy.WaitOne();
            }

            _isOverseen = true;
            _allAreBusy.WaitOne(Patience);
            if (AllAreBusyFor(Patience))
            {
                Begin();
            }
        }
    }

    private bool AllAreBusy() => Volatile.Read(ref _busy) >= Volatile.Read(ref _count);

    private bool AllAreBusyFor(TimeSpan time)
    {
        var since = Environment.TickCount64 - (long)time.TotalMilliseconds;
        lock (_lock)
        {
            return _workers.TrueForAll(worker => worker.IsBusySince(since));
        }
    }

    private sealed class Worker(ConnectionThreads threads, bool isUsual)
    {
        private const long NotBusy = long.MaxValue;

        private long _busySince = NotBusy;

        public void Start() => new Thread(Run) { IsBackground = true, Name = "MLOps connection" }.UnsafeStart();

        public bool IsBusySince(long ticks) => Volatile.Read(ref _busySince) <= ticks;

        private unsafe void Run()
        {
            Span<byte> found = stackalloc byte[SocketEvent.MaxSize];
            fixed (byte* at = found)
            {
                while (true)
                {
                    // One at a time: what else is ready is for another thread, if there is one that sleeps.
                    var count = SystemCalls.WaitEvents(threads._events, at, 1, isUsual ? -1 : (int)Idle.TotalMilliseconds);
                    if (count == 1)
                    {
                        var id = SocketEvent.Data(found);
                        if (id == 0)
                        {
                            break;
                        }

                        if (threads._connections.TryGetValue(id, out var connection))
                        {
                            Serve(connection, isEndNear: SocketEvent.Flags(found) != SystemCalls.EventIn);
                        }
                    }
                    else if (count == 0 || Marshal.GetLastPInvokeError() != SystemCalls.Interrupted)
                    {
                        break;
                    }
                }
            }

            threads.End(this);
        }

        private void Serve(SocketConnection connection, bool isEndNear)
        {
            Volatile.Write(ref _busySince, Environment.TickCount64);
            if (Interlocked.Increment(ref threads._busy) >= Volatile.Read(ref threads._count) && !threads._isOverseen)
            {
                threads._allAreBusy.Set();
            }

            connection.Ready(isEndNear);
            Interlocked.Decrement(ref threads._busy);
            Volatile.Write(ref _busySince, NotBusy);
        }
    }
}
