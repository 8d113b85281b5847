using System.Buffers;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MLOps.Gateway.Hosting.Http2;

/// <summary>Looks at the first bytes of a connection, without taking them, and hands it to the HTTP/2 server when they are the preface with
/// which every HTTP/2 client begins (RFC 9113, 3.4). Costs a connection one look, a request nothing.</summary>
internal sealed class Http2Handover(TimeProvider time) : IConnectionListenerFactory, IConnectionListener
{
    private readonly Channel<ConnectionContext> _handed = Channel.CreateUnbounded<ConnectionContext>();

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    public EndPoint EndPoint { get; } = new HandoverEndPoint();

    /// <summary>The connection middleware before HTTP/1.1.</summary>
    /// <param name="http1">What follows.</param>
    /// <param name="limits">For how long an idle connection may be silent.</param>
    public ConnectionDelegate Before(ConnectionDelegate http1, KestrelServerLimits limits) => async connection =>
    {
        switch (await LookAsync(connection, limits.KeepAliveTimeout))
        {
            case true:
                var handed = new HandedConnection(connection);
                if (_handed.Writer.TryWrite(handed))
                {
                    await handed.Closed;
                }

                break;
            case false:
                await http1(connection);
                break;
        }
    };

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => ValueTask.FromResult<IConnectionListener>(this);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _handed.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_handed.Reader.TryRead(out var connection))
            {
                return connection;
            }
        }

        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _handed.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();

    /// <returns>Whether it is HTTP/2; null: the connection ended, or stayed silent for as long as an idle one may.</returns>
    private async ValueTask<bool?> LookAsync(ConnectionContext connection, TimeSpan patience)
    {
        var input = connection.Transport.Input;
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        using var silence = new CancellationTokenSource(patience, time);
        using var until = CancellationTokenSource.CreateLinkedTokenSource(stopping, connection.ConnectionClosed, silence.Token);
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(until.Token);
                var (begins, whole) = Compare(read.Buffer);
                if (!begins || whole || read.IsCompleted)
                {
                    // Nothing is taken, and nothing counts as seen: the next reader gets it at once.
                    input.AdvanceTo(read.Buffer.Start);
                    return begins && whole;
                }

                input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // Gone, silent or told to go: there is nobody to answer.
            return null;
        }
    }

    private static (bool Begins, bool Whole) Compare(ReadOnlySequence<byte> received)
    {
        Span<byte> first = stackalloc byte[Preface.Length];
        var length = (int)Math.Min(first.Length, received.Length);
        received.Slice(0, length).CopyTo(first);
        return (Preface.StartsWith(first[..length]), length == Preface.Length);
    }

    /// <summary>No address: the place where connections are handed over.</summary>
    private sealed class HandoverEndPoint : EndPoint
    {
        public override string ToString() => "http2-handover";
    }
}
