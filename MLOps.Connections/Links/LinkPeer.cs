using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace MLOps.Connections.Links;

/// <summary>The links to one process. Those that are free are taken from the last used on, so that what is too many stays unused and goes.</summary>
internal sealed partial class LinkPeer(LinkAddress address, SocketConnections sockets, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>Links to one process at most: as many requests at a time; more go another way.</summary>
    private const int Most = 512;

    private const int MostOpening = 4;

    private static readonly TimeSpan OpenPatience = TimeSpan.FromSeconds(5);

    /// <summary>How long nobody tries again after a link could not be opened.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    /// <summary>A process that owes an answer and has given none for that long counts as silent: until it does, what comes goes another way. The gateway waits as long before it asks another replica.</summary>
    private static readonly TimeSpan Doubt = TimeSpan.FromSeconds(5);

    /// <summary>How long a link, and what is known of a process without links, is kept unused.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly HashSet<LinkConnection> _all = [];
    private readonly List<LinkConnection> _free = [];
    private long _usedAt = time.GetTimestamp();
    private long _answeredAt = time.GetTimestamp();
    private long? _failedAt;
    private int _opening;
    private bool _isDisposed;
    private volatile bool _isSilent;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _all.Count;
            }
        }
    }

    /// <returns>Null: no link is free, the process is silent, or the request is too large for a link.</returns>
    public Task<LinkAnswer>? TryCall(LinkRequest request)
    {
        LinkConnection connection;
        lock (_lock)
        {
            _usedAt = time.GetTimestamp();
            if (_isSilent)
            {
                return null;
            }

            if (_free.Count == 0)
            {
                if (!_isDisposed && _opening < MostOpening && _all.Count + _opening < Most && (_failedAt is not { } failed || time.GetElapsedTime(failed) >= Pause))
                {
                    _opening++;
                    ThreadPool.UnsafeQueueUserWorkItem(static peer => _ = peer.OpenAsync(), this, preferLocal: false);
                }

                return null;
            }

            connection = _free[^1];
            _free.RemoveAt(_free.Count - 1);
        }

        var answer = connection.TryCall(request);
        if (answer is null)
        {
            Free(connection);
        }

        return answer;
    }

    public void Free(LinkConnection connection)
    {
        lock (_lock)
        {
            // It may have ended meanwhile.
            if (_all.Contains(connection))
            {
                _free.Add(connection);
            }
        }
    }

    public void Answered() => Volatile.Write(ref _answeredAt, time.GetTimestamp());

    public void Ended(LinkConnection connection)
    {
        lock (_lock)
        {
            _all.Remove(connection);
            _free.Remove(connection);
        }
    }

    /// <summary>Ends links that have been silent for too long, with a request or without one.</summary>
    /// <returns>Whether nobody needs this any more.</returns>
    public bool Sweep()
    {
        LinkConnection[] all;
        lock (_lock)
        {
            if (_all.Count == 0)
            {
                _isSilent = false;
                return _opening == 0 && time.GetElapsedTime(_usedAt) >= Idle;
            }

            all = [.. _all];
        }

        _isSilent = time.GetElapsedTime(Volatile.Read(ref _answeredAt)) >= Doubt && all.Any(connection => connection.Waits >= Doubt);
        foreach (var connection in all)
        {
            if (connection.Waits >= LinkConnection.Patience)
            {
                connection.GiveUp();
            }
            else if (connection.UnusedFor >= Idle && TryTake(connection))
            {
                connection.Abort("It was not used.");
            }
        }

        return false;
    }

    public void Dispose()
    {
        LinkConnection[] all;
        lock (_lock)
        {
            _isDisposed = true;
            all = [.. _all];
        }

        foreach (var connection in all)
        {
            connection.Abort("This process stops.");
        }
    }

    /// <returns>Whether it was free; then it is nobody else's.</returns>
    private bool TryTake(LinkConnection connection)
    {
        lock (_lock)
        {
            return _free.Remove(connection);
        }
    }

    private async Task OpenAsync()
    {
        ConnectionContext? context = null;
        try
        {
            using var patience = new CancellationTokenSource(OpenPatience, time);
            context = await sockets.ConnectAsync(address.Endpoint, patience.Token);
            var (input, output) = (context.Transport.Input, context.Transport.Output);
            output.Write(LinkFrames.Greeting);
            output.Write(address.Token.ToByteArray());
            await output.FlushAsync(patience.Token);
            var greeting = await LinkFrames.ReadExactlyAsync(input, LinkFrames.Welcome.Length, patience.Token);
            if (greeting is null || !greeting.AsSpan().SequenceEqual(LinkFrames.Welcome))
            {
                throw new InvalidDataException("who listens there is not the process that was asked for.");
            }

            Begin(context);
        }
#pragma warning disable CA1031 // Whatever it was: the log says it, requests go another way, and it is tried again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            bool isFirst;
            lock (_lock)
            {
                _opening--;
                isFirst = _failedAt is null;
                _failedAt = time.GetTimestamp();
            }

            if (isFirst)
            {
                LogUnreachable(logger, address.Endpoint.ToString(), exception.Message);
            }

            if (context is not null)
            {
                context.Abort(new ConnectionAbortedException("It did not become a link."));
                await context.DisposeAsync();
            }
        }
    }

    private void Begin(ConnectionContext context)
    {
        var connection = new LinkConnection(context, this, time);
        lock (_lock)
        {
            _opening--;
            _failedAt = null;
            _all.Add(connection);
            _free.Add(connection);
        }

        connection.Start();
        if (_isDisposed)
        {
            connection.Abort("This process stops.");
        }
    }

    [LoggerMessage(LogLevel.Warning, "No link to {Endpoint}: {Reason} Its replicas are asked by grain calls, which take longer. Is the port open to this process? MLOps:Inference:LinkPort says which it is.")]
    private static partial void LogUnreachable(ILogger logger, string endpoint, string reason);
}
