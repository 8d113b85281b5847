using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;

namespace MLOps.Connections.Sockets;

/// <summary>A socket as a connection of the web server's, or of a link. Whoever receives bytes runs the request that waits for them, and whoever flushes an answer sends it.</summary>
internal sealed partial class SocketConnection : DefaultConnectionContext, IMemoryPoolFeature, IConnectionSocketFeature
{
    /// <summary>Received before the request is woken up, if that much is there.</summary>
    private const int MostAtOnce = 256 << 10;

    private const int Nobody = 0;
    private const int Somebody = 1;
    private const int SomebodyOnceMore = 2;

    private readonly ConnectionThreads _threads;
    private readonly FullSockets _full;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly Pipe _input;
    private readonly Pipe _output;
    private Task _sending = Task.CompletedTask;
    private TaskCompletionSource? _mayWrite;
    private ConnectionAbortedException? _abort;
    private long _id;
    private long _fullId;
    private int _receiver;
    private bool _isEndNear;
    private bool _isShut;

    public SocketConnection(Socket socket, ConnectionLimits limits, ConnectionThreads threads, FullSockets full, MemoryPool<byte> memory, ILogger logger)
        : base(ConnectionIds.Next())
    {
        (Socket, MemoryPool, _threads, _full, _logger) = (socket, memory, threads, full, logger);
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
    /// <exception cref="IOException">The system refuses to wait for one more socket.</exception>
    public void Start()
    {
        _id = _threads.Add(this, Socket.SafeHandle);
        _sending = SendAsync();
    }

    /// <summary>Receives what is there and runs what waits for it, unless somebody does already, who then looks once more.</summary>
    /// <param name="isEndNear">Whether the other side has ended or failed: behind what is there is the end.</param>
    public void Ready(bool isEndNear)
    {
        if (isEndNear)
        {
            Volatile.Write(ref _isEndNear, true);
        }

        while (true)
        {
            switch (Volatile.Read(ref _receiver))
            {
                case Nobody when Interlocked.CompareExchange(ref _receiver, Somebody, Nobody) == Nobody:
                    Receive(isSure: true);
                    return;
                case Somebody when Interlocked.CompareExchange(ref _receiver, SomebodyOnceMore, Somebody) == Somebody:
                case SomebodyOnceMore:
                    return;
            }
        }
    }

    /// <summary>The other side has taken something, or there is none any more.</summary>
    public void MayWrite() => Volatile.Read(ref _mayWrite)?.TrySetResult();

    public override void Abort(ConnectionAbortedException abortReason)
    {
        Interlocked.CompareExchange(ref _abort, abortReason, null);
        Shut();
        _output.Reader.CancelPendingRead();
        MayWrite();
    }

    public override async ValueTask DisposeAsync()
    {
        try
        {
            await _input.Reader.CompleteAsync();
            await _output.Writer.CompleteAsync();
            await _sending;
            await _ended.Task;
        }
        finally
        {
            _threads.Remove(_id);
            _full.Remove(_fullId);
            Socket.Dispose();
            _closed.Dispose();
            await base.DisposeAsync();
        }
    }

    /// <param name="isSure">Whether there is something, as far as anybody knows.</param>
    private void Receive(bool isSure)
    {
        try
        {
            var isEndNear = false;
            bool isMore;
            do
            {
                isEndNear |= Interlocked.Exchange(ref _isEndNear, false);
                if (!Take(isSure, out var isEnd, out var isAll))
                {
                    isEndNear = false;
                }
                else if (isEnd)
                {
                    End(null);
                    return;
                }
                else
                {
                    var flush = ReceivingThread.FlushAsync(_input.Writer);
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

                isSure = false;
                isMore = !isAll || isEndNear;
            }
            while (isMore || !IsDone());
        }
#pragma warning disable CA1031 // Beside the other side's failure it is what the reader ended with: the connection ends with it, and a thread of everybody's goes on.
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

        Interlocked.Exchange(ref _receiver, Somebody);
        return false;
    }

    /// <param name="isSure">Else it looks before it takes a block to receive into, which a silent connection would keep.</param>
    /// <param name="isEnd">There was the end, and nothing before it.</param>
    /// <param name="isAll">What comes now is announced; else there may be more.</param>
    /// <returns>Whether there was anything.</returns>
    /// <exception cref="ConnectionResetException">The other side is gone.</exception>
    private bool Take(bool isSure, out bool isEnd, out bool isAll)
    {
        (isEnd, isAll) = (false, true);
        if (!isSure && SystemCalls.Peek(Socket.SafeHandle) < 0 && Marshal.GetLastPInvokeError() is var fault && fault != SystemCalls.Interrupted)
        {
            // An error is told once, and this was it.
            return fault == SystemCalls.WouldBlock ? false : throw Gone(fault);
        }

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
                    // It could have taken more, so that was all.
                    return true;
                }
            }
            else if (received == 0)
            {
                // What came before the end first: the end is still there then.
                (isEnd, isAll) = (total == 0, false);
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

    /// <summary>The reader has more than it wants: goes on when it has read.</summary>
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

        // Not on the thread of who has read: that one answers the request. Whatever was announced meanwhile, it looks for all.
        Volatile.Write(ref _isEndNear, true);
        ThreadPool.UnsafeQueueUserWorkItem(static connection => connection.Receive(isSure: false), this, preferLocal: false);
    }

    private void End(Exception? error)
    {
        _input.Writer.Complete(_abort ?? error);
        ThreadPool.UnsafeQueueUserWorkItem(
            static connection =>
            {
                try
                {
                    connection._closed.Cancel();
                }
#pragma warning disable CA1031 // Whatever somebody does at a connection's end: the process goes on.
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    LogEndFailed(connection._logger, exception);
                }
                finally
                {
                    connection._ended.TrySetResult();
                }
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
#pragma warning disable CA1031 // Beside the other side's failure it is what the writer ended with: whoever writes next hears it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            error = exception;

            // Half an answer must not end like a whole one.
            Interlocked.CompareExchange(ref _abort, new ConnectionAbortedException("An answer could not be sent.", exception), null);
        }

        // Before the writer is told: whoever waits for it may close the connection.
        Shut();
        await _output.Reader.CompleteAsync(error);
        _input.Writer.CancelPendingFlush();
    }

    private async ValueTask SendAsync(ReadOnlySequence<byte> bytes)
    {
        var unsent = bytes.Length;
        foreach (var block in bytes)
        {
            // A block may be empty: one that was sent to its end while its writer was about to take another.
            for (var at = 0; at < block.Length;)
            {
                var sent = SystemCalls.Send(Socket.SafeHandle, block.Span[at..], isMore: unsent > block.Length - at);
                if (sent >= 0)
                {
                    at += sent;
                    unsent -= sent;
                }
                else if (Marshal.GetLastPInvokeError() is var error && error == SystemCalls.WouldBlock)
                {
                    await MayWriteAsync();
                }
                else if (error != SystemCalls.Interrupted)
                {
                    throw Gone(error);
                }
            }
        }
    }

    /// <exception cref="ConnectionResetException">The connection was cut off.</exception>
    /// <exception cref="IOException">The system refuses to wait for one more socket.</exception>
    private Task MayWriteAsync()
    {
        var mayWrite = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _mayWrite, mayWrite);
        if (Volatile.Read(ref _abort) is { } abort)
        {
            throw new ConnectionResetException("The connection was cut off.", abort);
        }

        _fullId = _full.Watch(this, Socket.SafeHandle, _fullId);
        return mayWrite.Task;
    }

    /// <summary>Ends both directions, which whoever receives or waits for the other side hears.</summary>
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
                // Who was cut off hears a reset, and does not take half an answer for a whole one.
                if (_abort is null || !SystemCalls.Reset(Socket.SafeHandle))
                {
                    Socket.Shutdown(SocketShutdown.Both);
                }
            }
            catch (SocketException)
            {
                // The other side was faster.
            }
        }
    }

    private static ConnectionResetException Gone(int error) => new($"The connection is gone: {Marshal.GetPInvokeErrorMessage(error)}");

    [LoggerMessage(LogLevel.Error, "Something that waited for a connection's end failed")]
    private static partial void LogEndFailed(ILogger logger, Exception exception);

    private sealed class Ends(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
