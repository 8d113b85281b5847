using Microsoft.AspNetCore.Connections;

namespace MLOps.Connections.Links;

/// <summary>One link, with one request at a time.</summary>
internal sealed class LinkConnection(ConnectionContext context, LinkPeer peer, TimeProvider time)
{
    /// <summary>For an answer: as long as Orleans waits for one.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private TaskCompletionSource<LinkAnswer>? _call;
    private Task _sending = Task.CompletedTask;
    private long _usedAt = time.GetTimestamp();
    private string? _reason;
    private volatile bool _isEnded;

    /// <summary>Whether its request has waited for too long.</summary>
    public bool IsSilent => Volatile.Read(ref _call) is not null && UnusedFor >= Patience;

    /// <summary>Since the last request was sent.</summary>
    public TimeSpan UnusedFor => time.GetElapsedTime(Volatile.Read(ref _usedAt));

    /// <summary>Begins to receive.</summary>
    public void Start() => _ = ReceiveAsync();

    /// <summary>Sends a request. The caller has this link for itself.</summary>
    /// <returns>Null: it is too large for a link.</returns>
    public Task<LinkAnswer>? TryCall(LinkRequest request)
    {
        if (!LinkFrames.TryWrite(context.Transport.Output, request))
        {
            return null;
        }

        // What waits for it goes on at once, on the thread that received the answer: that is what links are for.
        var call = new TaskCompletionSource<LinkAnswer>();
        Volatile.Write(ref _usedAt, time.GetTimestamp());
        Volatile.Write(ref _call, call);
        var sending = context.Transport.Output.FlushAsync();
        _sending = sending.IsCompletedSuccessfully ? Task.CompletedTask : sending.AsTask();
        if (_isEnded)
        {
            Fail(null);
        }

        return call.Task;
    }

    public void Abort(string reason)
    {
        Interlocked.CompareExchange(ref _reason, reason, null);
        context.Abort(new ConnectionAbortedException(reason));
    }

    private async Task ReceiveAsync()
    {
        Exception? error = null;
        try
        {
            while (await LinkFrames.ReadAsync(context.Transport.Input, pool: null) is { } frame)
            {
                var answer = LinkFrames.Answer(frame);

                // It has ended, as the request was received.
                await _sending;
                var call = Interlocked.Exchange(ref _call, null) ?? throw new InvalidDataException("An answer came that nobody had asked for.");
                call.SetResult(answer);

                // Now that the request is done with: the next one that is given to this link must not wait for it.
                peer.Free(this);
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or ConnectionAbortedException or OperationCanceledException)
        {
            error = exception;
        }
        finally
        {
            _isEnded = true;
            peer.Ended(this);
            Fail(error);
            await context.DisposeAsync();
        }
    }

    private void Fail(Exception? error) =>
        Interlocked.Exchange(ref _call, null)?.TrySetException(new LinkLostException(_reason ?? error?.Message ?? "The other process ended the link.", error));
}
