using Microsoft.AspNetCore.Connections;

namespace MLOps.Connections.Links;

/// <summary>One link, with one request at a time.</summary>
internal sealed class LinkConnection(ConnectionContext context, LinkPeer peer, TimeProvider time)
{
    /// <summary>For an answer: as long as Orleans waits for one.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private TaskCompletionSource<LinkAnswer>? _call;
    private Task _sending = Task.CompletedTask;
    private long _usedAt = time.GetTimestamp();
    private string? _reason;
    private volatile bool _isSilence;

    /// <summary>Who has something to do with the request still: its sender, and who goes on with its answer.</summary>
    private int _holders;
    private bool _isSending;
    private bool _isEnded;

    /// <summary>Since its request was sent; null: it has none.</summary>
    public TimeSpan? Waits => Volatile.Read(ref _call) is null ? null : UnusedFor;

    /// <summary>Since the last request was sent.</summary>
    public TimeSpan UnusedFor => time.GetElapsedTime(Volatile.Read(ref _usedAt));

    /// <summary>Begins to receive.</summary>
    public void Start() => _ = ReceiveAsync();

    /// <summary>Sends a request. The caller has this link for itself until it is given back to the peer, which is done here once anything was sent.</summary>
    /// <returns>Null: nothing was sent, because it is too large for a link, or this one has ended.</returns>
    public Task<LinkAnswer>? TryCall(LinkRequest request)
    {
        lock (_lock)
        {
            if (_isEnded)
            {
                return null;
            }

            _isSending = true;
        }

        // What waits for it goes on at once, on the thread that received the answer: that is what links are for.
        var call = new TaskCompletionSource<LinkAnswer>();
        try
        {
            if (!LinkFrames.TryWrite(context.Transport.Output, request))
            {
                return null;
            }

            Volatile.Write(ref _usedAt, time.GetTimestamp());
            Volatile.Write(ref _holders, 2);
            Volatile.Write(ref _call, call);
            var sending = context.Transport.Output.FlushAsync();
            _sending = sending.IsCompletedSuccessfully ? Task.CompletedTask : sending.AsTask();
        }
        catch (Exception exception) when (exception is IOException or ConnectionAbortedException or OperationCanceledException)
        {
            Fail(exception);
            Abort(exception.Message);
        }
        finally
        {
            Sent();
        }

        Release();
        return call.Task;
    }

    public void Abort(string reason)
    {
        Interlocked.CompareExchange(ref _reason, reason, null);
        context.Abort(new ConnectionAbortedException(reason));
    }

    /// <summary>Gives it up, because its request has waited for too long.</summary>
    public void GiveUp()
    {
        _isSilence = true;
        Abort($"No answer in {Patience.TotalSeconds:0} s.");
    }

    private async Task ReceiveAsync()
    {
        Exception? error = null;
        try
        {
            while (await LinkFrames.ReadAsync(context.Transport.Input, pool: null) is { } frame)
            {
                var answer = LinkFrames.Answer(frame);
                var call = Interlocked.Exchange(ref _call, null) ?? throw new InvalidDataException("An answer came that nobody had asked for.");
                peer.Answered();
                call.SetResult(answer);

                // Now that the request is done with: the next one that is given to this link must not wait for it.
                Release();
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or ConnectionAbortedException or OperationCanceledException)
        {
            error = exception;
        }
        finally
        {
            bool isSending;
            lock (_lock)
            {
                (_isEnded, isSending) = (true, _isSending);
            }

            peer.Ended(this);
            Fail(error);
            if (!isSending)
            {
                await context.DisposeAsync();
            }
        }
    }

    /// <summary>A link that ended while its request was being written is closed now: its memory was the writer's until here.</summary>
    private void Sent()
    {
        lock (_lock)
        {
            _isSending = false;
            if (!_isEnded)
            {
                return;
            }
        }

        Fail(null);
        _ = context.DisposeAsync().AsTask();
    }

    /// <summary>Gives the link back when both have done with it.</summary>
    private void Release()
    {
        if (Interlocked.Decrement(ref _holders) > 0)
        {
            return;
        }

        if (_sending.IsCompleted)
        {
            peer.Free(this);
        }
        else
        {
            // The system has taken all of it, else there were no answer, and its sender is about to hear that.
            _ = _sending.ContinueWith(_ => peer.Free(this), TaskScheduler.Default);
        }
    }

    private void Fail(Exception? error) =>
        Interlocked.Exchange(ref _call, null)?.TrySetException(new LinkLostException(_reason ?? error?.Message ?? "The other process ended the link.", error, _isSilence));
}
