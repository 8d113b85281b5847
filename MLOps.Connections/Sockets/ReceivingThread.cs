using System.IO.Pipelines;

namespace MLOps.Connections.Sockets;

/// <summary>What received bytes wake up runs at once, on the thread that received them. What anybody else wakes up (a time-out, a stop) runs on the pool: they have more to do than one request.</summary>
internal sealed class ReceivingThread : PipeScheduler
{
    public static readonly ReceivingThread Scheduler = new();

    [ThreadStatic]
    private static bool _isReceiving;

    private ReceivingThread()
    {
    }

    /// <summary>Gives what was received to whoever waits for it, and runs it.</summary>
    public static ValueTask<FlushResult> FlushAsync(PipeWriter received)
    {
        _isReceiving = true;
        try
        {
            return received.FlushAsync();
        }
        finally
        {
            _isReceiving = false;
        }
    }

    public override void Schedule(Action<object?> action, object? state)
    {
        if (_isReceiving)
        {
            _isReceiving = false;
            action(state);
        }
        else
        {
            System.Threading.ThreadPool.UnsafeQueueUserWorkItem(action, state, preferLocal: false);
        }
    }
}
