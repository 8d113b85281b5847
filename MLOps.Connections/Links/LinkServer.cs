using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;

namespace MLOps.Connections.Links;

/// <summary>Answers requests of other processes of the platform on links: connections that carry one request at a time, run by the thread that received it, which sends the answer too.</summary>
public sealed partial class LinkServer : IAsyncDisposable
{
    private static readonly TimeSpan GreetingPatience = TimeSpan.FromSeconds(5);

    /// <summary>How long a stop waits for what is being run.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    /// <summary>How long it waits then for links to end.</summary>
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(2);

    /// <summary>Connections that have not greeted yet, at most: who knows the token greets at once.</summary>
    private const int MostStrangers = 64;

    /// <summary>How long the log keeps quiet after it has told of a stranger.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan StopPulse = TimeSpan.FromMilliseconds(10);

    private readonly ConcurrentDictionary<ConnectionContext, Task> _connections = new();
    private readonly IConnectionListener _listener;
    private readonly Func<LinkRequest, ValueTask<LinkAnswer>> _answer;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly byte[] _token;
    private readonly Task _accepting;
    private readonly Lock _strangersLock = new();
    private int _strangers;
    private long _refused;
    private long? _toldAt;
    private int _running;
    private volatile bool _isStopping;

    private LinkServer(IConnectionListener listener, LinkAddress address, Func<LinkRequest, ValueTask<LinkAnswer>> answer, TimeProvider time, ILogger logger)
    {
        (_listener, Address, _answer, _time, _logger) = (listener, address, answer, time, logger);
        _token = address.Token.ToByteArray();

        // Not in the context of the request that it begins for.
        using (ExecutionContext.SuppressFlow())
        {
            _accepting = Task.Run(AcceptAsync);
        }
    }

    /// <summary>Where it is reached.</summary>
    public LinkAddress Address { get; }

    /// <summary>Links that there are.</summary>
    public int Count => _connections.Count;

    /// <summary>Begins to listen.</summary>
    /// <param name="endpoint">Where; port 0: a free one.</param>
    /// <param name="advertised">By which address others reach it.</param>
    /// <param name="answer">Runs a request. What it throws ends the link.</param>
    /// <exception cref="SocketException">The address is not this machine's, or is taken.</exception>
    public static async Task<LinkServer> StartAsync(
        SocketConnections sockets, IPEndPoint endpoint, IPAddress advertised, Func<LinkRequest, ValueTask<LinkAnswer>> answer, TimeProvider time, ILogger logger)
    {
        var listener = await sockets.ListenAsync(endpoint);
        return new LinkServer(listener, new LinkAddress(new IPEndPoint(advertised, ((IPEndPoint)listener.EndPoint).Port), new Guid(RandomNumberGenerator.GetBytes(16))), answer, time, logger);
    }

    /// <summary>Answers what is being run, says of what still comes that it is not here, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isStopping)
        {
            return;
        }

        _isStopping = true;
        var began = _time.GetTimestamp();
        while (Volatile.Read(ref _running) > 0 && _time.GetElapsedTime(began) < StopPatience)
        {
            await Task.Delay(StopPulse, _time);
        }

        await _listener.UnbindAsync();
        await _accepting;
        foreach (var connection in _connections.Keys)
        {
            connection.Transport.Input.CancelPendingRead();
        }

        if (!await EndedAsync())
        {
            foreach (var connection in _connections.Keys)
            {
                connection.Abort(new ConnectionAbortedException("This process stops."));
            }

            // What runs still cannot be interrupted, and must not hold up the rest of the stop.
            await EndedAsync();
        }

        await _listener.DisposeAsync();
    }

    /// <returns>Whether all links have ended in good time.</returns>
    private async Task<bool> EndedAsync()
    {
        try
        {
            await Task.WhenAll(_connections.Values).WaitAsync(EndPatience, _time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task AcceptAsync()
    {
        while (await _listener.AcceptAsync() is { } connection)
        {
            if (Volatile.Read(ref _strangers) >= MostStrangers)
            {
                Refused(connection.RemoteEndPoint);
                connection.Abort(new ConnectionAbortedException("Too many connections have not said yet who they are."));
                _ = connection.DisposeAsync().AsTask();
                continue;
            }

            Interlocked.Increment(ref _strangers);

            // A gateway whose machine is gone says nothing any more: the system asks for it.
            connection.Features.Get<IConnectionSocketFeature>()?.Socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);

            // Not on this thread: what comes over a link is run by who receives it.
            var serving = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _connections[connection] = serving.Task;
            ThreadPool.UnsafeQueueUserWorkItem(_ => _ = ServeAsync(connection, serving), null);
        }
    }

    private async Task ServeAsync(ConnectionContext connection, TaskCompletionSource ended)
    {
        try
        {
            if (await IsGreetedAsync(connection))
            {
                await AnswerAsync(connection);
            }
        }
        catch (Exception exception) when (exception is IOException or ConnectionAbortedException or InvalidDataException or OperationCanceledException)
        {
            LogLost(_logger, connection.RemoteEndPoint, exception.Message);
        }
#pragma warning disable CA1031 // Whatever a request's run threw: it ends its own link, and the caller hears that.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailed(_logger, exception);
        }
        finally
        {
            await connection.DisposeAsync();
            _connections.TryRemove(connection, out _);
            ended.SetResult();
        }
    }

    /// <summary>Says so in the log, but not for each of many.</summary>
    private void Refused(EndPoint? peer)
    {
        long count;
        lock (_strangersLock)
        {
            _refused++;
            if (_toldAt is { } told && _time.GetElapsedTime(told) < Quiet)
            {
                return;
            }

            _toldAt = _time.GetTimestamp();
            (count, _refused) = (_refused, 0);
        }

        LogStranger(_logger, peer, count);
    }

    private async Task<bool> IsGreetedAsync(ConnectionContext connection)
    {
        try
        {
            return await GreetAsync(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _strangers);
        }
    }

    /// <returns>Whether it is somebody whom this process has told its token.</returns>
    private async Task<bool> GreetAsync(ConnectionContext connection)
    {
        using var patience = new CancellationTokenSource(GreetingPatience, _time);
        var greeting = await LinkFrames.ReadExactlyAsync(connection.Transport.Input, LinkFrames.GreetingWithToken, patience.Token);
        if (greeting is null)
        {
            return false;
        }

        if (!greeting.AsSpan().StartsWith(LinkFrames.Greeting)
            || !CryptographicOperations.FixedTimeEquals(greeting.AsSpan(LinkFrames.Greeting.Length), _token))
        {
            Refused(connection.RemoteEndPoint);
            return false;
        }

        connection.Transport.Output.Write(LinkFrames.Welcome);
        await connection.Transport.Output.FlushAsync(patience.Token);
        return true;
    }

    private async Task AnswerAsync(ConnectionContext connection)
    {
        var (input, output) = (connection.Transport.Input, connection.Transport.Output);
        var key = default(KnownText);
        while (await LinkFrames.ReadAsync(input, ArrayPool<byte>.Shared) is { } frame)
        {
            Interlocked.Increment(ref _running);
            try
            {
                LinkFrames.Write(output, _isStopping ? LinkAnswer.NotHere : await _answer(LinkFrames.Request(frame, ref key)));
                if (await output.FlushAsync() is { IsCompleted: true })
                {
                    return;
                }
            }
            finally
            {
                Interlocked.Decrement(ref _running);
                ArrayPool<byte>.Shared.Return(frame.Array!);
            }
        }
    }

    [LoggerMessage(LogLevel.Debug, "The link of {Peer} ended: {Reason}")]
    private static partial void LogLost(ILogger logger, EndPoint? peer, string reason);

    [LoggerMessage(LogLevel.Warning, "{Peer} opened a link without knowing this process' token, or speaks another version: it is not answered. {Count} such connections since the last line like this")]
    private static partial void LogStranger(ILogger logger, EndPoint? peer, long count);

    [LoggerMessage(LogLevel.Error, "A request on a link failed")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
