using System.Net.Sockets;

namespace MLOps.Connections.Sockets;

/// <summary>Waits until the other sides of full sockets have taken something. Rare: the system keeps what one answer has.</summary>
internal sealed class FullSockets : IDisposable
{
    private const uint Once = SystemCalls.EventOut | SystemCalls.EventOnce;

    private readonly SocketEvents _events = new();
    private readonly Thread _thread;
    private bool _ended;

    /// <exception cref="IOException">The system refuses one more descriptor.</exception>
    public FullSockets()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "MLOps full sockets" };
        _thread.UnsafeStart();
    }

    /// <summary>Sockets that were full once.</summary>
    public int Count => _events.Count;

    /// <summary>Tells the connection once when its socket takes something, or fails.</summary>
    /// <param name="id">What it was called the last time; 0: this is the first.</param>
    /// <returns>What it is called here until it is removed.</returns>
    /// <exception cref="IOException">The system refuses.</exception>
    public long Watch(SocketConnection connection, SafeSocketHandle socket, long id)
    {
        if (id == 0)
        {
            return _events.Add(connection, socket, Once);
        }

        _events.Change(id, socket, Once);
        return id;
    }

    public void Remove(long id) => _events.Remove(id);

    public void Dispose()
    {
        if (!_ended)
        {
            _ended = true;
            _events.Stop();
            _thread.Join();
        }
    }

    private void Run()
    {
        while (_events.Next(-1, out var connection, out _))
        {
            connection?.MayWrite();
        }
    }
}
