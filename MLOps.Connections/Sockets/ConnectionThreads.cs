using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace MLOps.Connections.Sockets;

/// <summary>Threads that wait for all connections together. Whichever wakes up receives, runs the request and sends, and then looks for the next connection that has something: a request
/// wakes up one thread, or none where there is always one more. A request that keeps its thread for long does not keep the others waiting: another thread takes its place meanwhile.</summary>
internal sealed partial class ConnectionThreads : IDisposable
{
    /// <summary>A thread that has been busy with one request for that long counts as blocked, and another one takes its place. Less, and on a busy machine threads that only wait for a processor would get others to wait with.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(20);

    /// <summary>How often a thread beyond the usual ones asks whether it is still needed.</summary>
    private static readonly TimeSpan Term = TimeSpan.FromSeconds(2);

    private readonly SocketEvents _events = new();
    private readonly List<Worker> _workers = [];
    private readonly Lock _lock = new();
    private readonly AutoResetEvent _allAreBusy = new(false);
    private readonly Thread _overseer;
    private readonly ILogger _logger;
    private readonly int _most;
    private readonly int _usual;
    private int _count;
    private int _busy;
    private volatile bool _isOverseen;
    private volatile bool _ended;

    /// <param name="usual">Threads that wait or work, however many are blocked.</param>
    /// <param name="most">Threads at most.</param>
    /// <exception cref="IOException">The system refuses one more descriptor.</exception>
    /// <exception cref="OutOfMemoryException">The system refuses one more thread.</exception>
    public ConnectionThreads(int usual, int most, ILogger logger)
    {
        (_usual, _most, _logger) = (usual, most, logger);
        _overseer = new Thread(Oversee) { IsBackground = true, Name = "MLOps connections" };
        try
        {
            for (var i = 0; i < usual; i++)
            {
                Begin();
            }

            _overseer.UnsafeStart();
        }
        catch
        {
            _ended = true;
            _events.Stop();
            throw;
        }
    }

    /// <summary>Threads that there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Connections that there are.</summary>
    public int Connections => _events.Count;

    /// <summary>From now on the connection is told whenever bytes, the end or an error have come.</summary>
    /// <returns>What it is called here.</returns>
    /// <exception cref="IOException">The system refuses.</exception>
    public long Add(SocketConnection connection, SafeSocketHandle socket) =>
        _events.Add(connection, socket, SystemCalls.EventIn | SystemCalls.EventPeerClosed | SystemCalls.EventEdge);

    public void Remove(long id) => _events.Remove(id);

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

        _events.Stop();
        _allAreBusy.Set();
        _overseer.Join();
    }

    /// <exception cref="OutOfMemoryException">The system refuses one more thread.</exception>
    private void Begin()
    {
        lock (_lock)
        {
            if (!_ended && _workers.Count < _most)
            {
                var worker = new Worker(this, isUsual: _workers.Count < _usual);
                worker.Start();
                _workers.Add(worker);
                Volatile.Write(ref _count, _workers.Count);
            }
        }
    }

    /// <summary>Whether as many as usual are there without it, those aside that are blocked. Then it is gone from here.</summary>
    private bool MayEnd(Worker worker)
    {
        lock (_lock)
        {
            if (!_ended && _workers.Count - 1 - Blocked() < _usual)
            {
                return false;
            }

            _workers.Remove(worker);
            Volatile.Write(ref _count, _workers.Count);
        }

        _allAreBusy.Set();
        return true;
    }

    /// <summary>Sleeps until all threads are busy at once, and looks then how many of them are blocked.</summary>
    private void Oversee()
    {
        var isShort = false;
        while (!_ended)
        {
            _isOverseen = false;

            // Whoever does not see this is seen by AllAreBusy.
            Interlocked.MemoryBarrier();
            if (!AllAreBusy())
            {
                _allAreBusy.WaitOne();
            }

            _isOverseen = true;
            _allAreBusy.WaitOne(Patience);
            if (!IsShort())
            {
                continue;
            }

            try
            {
                Begin();
                isShort = false;
            }
            catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
            {
                // The blocked ones come back, and the next look tries again.
                if (!isShort)
                {
                    LogShort(_logger, Count, exception);
                }

                isShort = true;
            }
        }
    }

    private bool AllAreBusy() => Volatile.Read(ref _busy) >= Volatile.Read(ref _count);

    private bool IsShort()
    {
        lock (_lock)
        {
            return _workers.Count - Blocked() < _usual;
        }
    }

    private int Blocked()
    {
        var since = Environment.TickCount64 - (long)Patience.TotalMilliseconds;
        return _workers.Count(worker => worker.IsBusySince(since));
    }

    [LoggerMessage(LogLevel.Warning, "{Count} threads serve connections, requests keep them busy, and the system refuses one more: requests wait for each other until one is done")]
    private static partial void LogShort(ILogger logger, int count, Exception exception);

    private sealed class Worker(ConnectionThreads threads, bool isUsual)
    {
        private const long NotBusy = long.MaxValue;

        private long _busySince = NotBusy;

        public void Start() => new Thread(Run) { IsBackground = true, Name = "MLOps connection" }.UnsafeStart();

        public bool IsBusySince(long ticks) => Volatile.Read(ref _busySince) <= ticks;

        private void Run()
        {
            var term = (int)Term.TotalMilliseconds;
            var ends = Environment.TickCount64 + term;
            while (threads._events.Next(isUsual ? -1 : term, out var connection, out var flags))
            {
                if (connection is not null)
                {
                    Serve(connection, isEndNear: flags != SystemCalls.EventIn);
                }

                if (!isUsual && Environment.TickCount64 >= ends)
                {
                    if (threads.MayEnd(this))
                    {
                        return;
                    }

                    ends = Environment.TickCount64 + term;
                }
            }
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
