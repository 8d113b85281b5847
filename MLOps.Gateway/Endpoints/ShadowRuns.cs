namespace MLOps.Gateway.Endpoints;

/// <summary>The runs of shadows that this process has at a time. An endpoint takes another only where more are free than it has, so that its own shadows never take the last one:
/// whatever a single endpoint's shadows do, the others' run.</summary>
/// <param name="most">How many there are.</param>
internal sealed class ShadowRuns(int most)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);
    private readonly LinkedList<Waiter> _waiting = new();
    private int _free = most;

    /// <summary>Waits for a run, which <see cref="Exit"/> gives back. Who may have what comes free gets it in the order of arrival.</summary>
    public async ValueTask EnterAsync(string endpoint, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var waiter = new Waiter(endpoint);
        lock (_lock)
        {
            // Nobody is overtaken: who waits may not take what is free.
            if (TryTake(endpoint))
            {
                return;
            }

            _waiting.AddLast(waiter);
        }

        try
        {
            await waiter.Turn.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            lock (_lock)
            {
                if (!_waiting.Remove(waiter))
                {
                    Return(endpoint);
                }
            }

            throw;
        }
    }

    public void Exit(string endpoint)
    {
        lock (_lock)
        {
            Return(endpoint);
        }
    }

    private bool TryTake(string endpoint)
    {
        var taken = _taken.GetValueOrDefault(endpoint);
        if (taken >= _free)
        {
            return false;
        }

        _taken[endpoint] = taken + 1;
        _free--;
        return true;
    }

    private void Return(string endpoint)
    {
        _free++;
        if (--_taken[endpoint] == 0)
        {
            _taken.Remove(endpoint);
        }

        // What one gets makes no other's chance better, so each is looked at once.
        var node = _waiting.First;
        while (node is not null)
        {
            var next = node.Next;
            if (TryTake(node.Value.Endpoint))
            {
                _waiting.Remove(node);
                node.Value.Turn.SetResult();
            }

            node = next;
        }
    }

    private sealed class Waiter(string endpoint)
    {
        public string Endpoint => endpoint;

        public TaskCompletionSource Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
