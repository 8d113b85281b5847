using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace MLOps.Gateway.Hosting.Connections;

/// <summary>A socket as the web server's connection. Whoever receives bytes runs the request that waits for them, and whoever flushes an answer sends it.</summary>
internal sealed class SocketConnection : DefaultConnectionContext, IMemoryPoolFeature, IConnectionSocketFeature
{
    /// <summary>Received before the request is woken up, if that much is there.</summary>
    private const int MostAtOnce = 256 << 10;

    private const int Nobody = 0;
    private const int Somebody = 1;
    private const int SomebodyOnceMore = 2;

    private readonly ConnectionThreads _threads;
    private readonly FullSockets _full;
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly Pipe _input;
    private readonly Pipe _output;
    private Task _sending = Task.CompletedTask;
    private TaskCompletionSource? _mayWrite;
    private ConnectionAbortedException? _abort;
    private long _id;
    private int _receiver;
    private volatile bool _isEndNear;
    private bool _isShut;

    public SocketConnection(Socket socket, ConnectionLimits limits, ConnectionThreads threads, FullSockets full, MemoryPool<byte> memory)
        : base(ConnectionIds.Next())
    {
        (Socket, MemoryPool, _threads, _full) = (socket, memory, threads, full);
        _input = new Pipe(limits.Input(memory));
        _output = new Pipe(limits.Output(memory));
        Transport = new Ends(_input.Reader, _output.Writer);
        Application = new Ends(_output.Reader, _input.Writer);
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        ConnectionClosed = _closed.Token;
        Features.Set<IMemoryPoolFeature>(this);
        Features.Set<IConnectionSocketFeature>(this);
    }

    public Socket Socket { get; }

    public MemoryPool<byte> MemoryPool { get; }

    /// <summary>Begins to receive and to send.</summary>
    /// <exception cref="IOException">The system refuses to wait for one more socket, and the connection is closed.</exception>
    public void Start()
    {
        try
        {
            _id = _threads.Add(this, Socket.SafeHandle);
        }
        catch
        {
            Socket.Dispose();
            _closed.Dispose();
            throw;
        }

        _sending = SendAsync();
    }

    /// <summary>Receives what is there and runs what waits for it, unless somebody does already, who then looks once more.</summary>
    /// <param name="isEndNear">Whether the other side has ended or failed: behind what is there is the end.</param>
    public void Ready(bool isEndNear)
    {
        if (isEndNear)
        {
            _isEndNear = true;
        }

        while (true)
        {
            switch (Volatile.Read(ref _receiver))
            {
                case Nobody when Interlocked.CompareExchange(ref _receiver, Somebody, Nobody) == Nobody:
                    Receive();
                    return;
                case Somebody when Interlocked.CompareExchange(ref _receiver, SomebodyOnceMore, Somebody) == Somebody:
                case SomebodyOnceMore:
                    return;
            }
        }
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        Interlocked.CompareExchange(ref _abort, abortReason, null);
        Shut();
        _output.Reader.CancelPendingRead();
        Volatile.Read(ref _mayWrite)?.TrySetResult();
    }

    public override async ValueTask DisposeAsync()
    {
        await Transport.Input.CompleteAsync();
        await Transport.Output.CompleteAsync();
        await _sending;
        await _ended.Task;
        _threads.Remove(_id);
        Socket.Dispose();
        _closed.Dispose();
        await base.DisposeAsync();
    }

    private void Receive()
    {
        bool isMore;
        try
        {
            do
            {
                if (!Take(out var isEnd, out var isAll))
                {
                    _isEndNear = false;
                }
                else if (isEnd)
                {
                    End(null);
                    return;
                }
                else
                {
                    var flush = _input.Writer.FlushAsync();
                    if (!flush.IsCompleted)
                    {
                        _ = ResumeAsync(flush);
                        return;
                    }

                    if (flush.Result is { IsCompleted: true } or { IsCanceled: true })
                    {
                        End(null);
                        return;
                    }
                }

                isMore = !isAll || _isEndNear;
            }
            while (isMore || !IsDone());
        }
#pragma warning disable CA1031 // Beside the other side's failure it is what the server ended its reading with: the connection ends with it, and a thread of everybody's goes on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            End(exception);
        }
    }

    /// <returns>False: it is to look once more.</returns>
    private bool IsDone()
    {
        if (Interlocked.CompareExchange(ref _receiver, Nobody, Somebody) == Somebody)
        {
            return true;
        }

        Volatile.Write(ref _receiver, Somebody);
        return false;
    }

    /// <returns>Whether there was anything.</returns>
    /// <exception cref="ConnectionResetException">The other side is gone.</exception>
    private bool Take(out bool isEnd, out bool isAll)
    {
        (isEnd, isAll) = (false, true);
        var total = 0;
        while (total < MostAtOnce)
        {
            var memory = _input.Writer.GetMemory(ReceiveBlockPool.BlockSize / 2);
            var received = SystemCalls.Receive(Socket.SafeHandle, memory.Span);
            if (received > 0)
            {
                _input.Writer.Advance(received);
                total += received;
                if (received < memory.Length)
                {
                    // It could have taken more, so that was all; what comes now is announced.
                    return true;
                }
            }
            else if (received == 0)
            {
                // What came before the end first: the end is still there then.
                isEnd = total == 0;
                return true;
            }
            else if (Marshal.GetLastPInvokeError() is var error && error == SystemCalls.WouldBlock)
            {
                return total > 0;
            }
            else if (error != SystemCalls.Interrupted)
            {
                throw Gone(error);
            }
        }

        isAll = false;
        return true;
    }

    /// <summary>The server has more than it wants: goes on when it has read.</summary>
    private async Task ResumeAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            if (await flush is { IsCompleted: true } or { IsCanceled: true })
            {
                End(null);
                return;
            }
        }
#pragma warning disable CA1031 // As in Receive.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            End(exception);
            return;
        }

        // Not on the thread of who has read: that one answers the request.
        ThreadPool.UnsafeQueueUserWorkItem(static connection => connection.Receive(), this, preferLocal: false);
    }

    private void End(Exception? error)
    {
        _input.Writer.Complete(_abort ?? error);
        ThreadPool.UnsafeQueueUserWorkItem(
            static connection =>
            {
                connection._closed.Cancel();
                connection._ended.TrySetResult();
            },
            this,
            preferLocal: false);
    }

    private async Task SendAsync()
    {
        Exception? error = null;
        try
        {
            while (true)
            {
                var read = await _output.Reader.ReadAsync();
                if (read.IsCanceled)
                {
                    break;
                }

                if (!read.Buffer.IsEmpty)
                {
                    await SendAsync(read.Buffer);
                }

                _output.Reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    break;
                }
            }
        }
#pragma warning disable CA1031 // Beside the other side's failure it is what the server ended its answer with: whoever writes next hears it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            error = exception;
        }

        // Before the writer is told: whoever waits for it may close the connection.
        Shut();
        await _output.Reader.CompleteAsync(error);
        _input.Writer.CancelPendingFlush();
    }

    private async ValueTask SendAsync(ReadOnlySequence<byte> bytes)
    {
        var left = bytes;
        while (!left.IsEmpty)
        {
            var first = left.FirstSpan;
            var sent = SystemCalls.Send(Socket.SafeHandle, first, left.Length > first.Length);
            if (sent >= 0)
            {
                left = left.Slice(sent);
            }
            else if (Marshal.GetLastPInvokeError() is var error && error == SystemCalls.WouldBlock)
            {
                var mayWrite = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _full.Watch(Socket.SafeHandle, mayWrite, wasWatched: Interlocked.Exchange(ref _mayWrite, mayWrite) is not null);
                if (Volatile.Read(ref _abort) is { } abort)
                {
                    throw new ConnectionResetException("The connection was cut off.", abort);
                }

                await mayWrite.Task;
            }
            else if (error != SystemCalls.Interrupted)
            {
                throw Gone(error);
            }
        }
    }

    /// <summary>Nothing more is received, and whoever receives hears it; nothing more is sent, unless the connection is cut off.</summary>
    private void Shut()
    {
        lock (_lock)
        {
            if (_isShut)
            {
                return;
            }

            _isShut = true;
            try
            {
                if (_abort is not null)
                {
                    // The other side is to hear a reset when the socket is closed, and no proper end before: it would take half an answer for a whole one.
                    Socket.LingerState = new LingerOption(true, 0);
                    Socket.Shutdown(SocketShutdown.Receive);
                    return;
                }

                Socket.Shutdown(SocketShutdown.Both);
            }
            catch (SocketException)
            {
                // The other side was faster.
            }
        }
    }

    private static ConnectionResetException Gone(int error) => new($"The connection is gone: {Marshal.GetPInvokeErrorMessage(error)}");

    private sealed class Ends(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
