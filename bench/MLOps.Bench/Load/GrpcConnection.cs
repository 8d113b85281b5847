using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace MLOps.Bench.Load;

/// <summary>One HTTP/2 connection without TLS that makes unary gRPC calls, one at a time, with nothing around it, as <see cref="RawConnection"/> does for HTTP/1.1.</summary>
internal sealed class GrpcConnection : ILoadConnection
{
    private const int FrameHead = 9;
    private const int MessageHead = 5;
    private const int MaxFrame = 16 * 1024;
    private const int MaxWindow = int.MaxValue;
    private const int DefaultWindow = 65_535;
    private const int EndOfStream = 1;
    private const int Acknowledged = 1;
    private const int EndOfHeaders = 4;
    private const int Padded = 8;
    private const int WithPriority = 0x20;
    private const int PriorityLength = 5;
    private const int Cancelled = 8;

    private readonly Socket _socket;
    private readonly byte[] _authority;
    private readonly Dictionary<string, byte[]> _headers = [];
    private readonly GrpcAnswer _answer = new();
    private readonly byte[] _messageHead = new byte[MessageHead];
    private byte[] _received = new byte[64 * 1024];
    private byte[] _message = new byte[64 * 1024];
    private int _start;
    private int _end;
    private int _stream = -1;
    private long _connectionWindow = DefaultWindow;
    private long _streamWindow;
    private int _initialWindow = DefaultWindow;
    private int _consumed;

    private GrpcConnection(Socket socket, Uri baseUrl)
    {
        _socket = socket;
        _authority = Encoding.ASCII.GetBytes(baseUrl.Authority);
    }

    private enum FrameKind : byte
    {
        Data = 0,
        Headers = 1,
        Reset = 3,
        Settings = 4,
        Ping = 6,
        GoAway = 7,
        WindowUpdate = 8,
        Continuation = 9,
    }

    /// <summary>Connects, and waits for the server's settings: what a request may be is in them.</summary>
    /// <exception cref="IOException">The server does not answer in HTTP/2.</exception>
    public static async Task<GrpcConnection> OpenAsync(Uri baseUrl, CancellationToken cancellationToken)
    {
        var connection = new GrpcConnection(await RawConnection.ConnectAsync(baseUrl, cancellationToken), baseUrl);

        // No table for header blocks, no push, and windows that need no updates.
        byte[] settings = [.. Setting(1, 0), .. Setting(2, 0), .. Setting(4, MaxWindow)];
        byte[] greeting =
        [
            .. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8,
            .. Frame(FrameKind.Settings, 0, 0, settings),
            .. Frame(FrameKind.WindowUpdate, 0, 0, Big(MaxWindow - DefaultWindow)),
        ];
        try
        {
            await connection.WriteAsync(greeting, cancellationToken);
            return await connection.ReceiveAsync(cancellationToken) is (FrameKind.Settings, 0, 0, _)
                ? connection
                : throw new IOException("the server's first frame is not its settings: it does not speak HTTP/2 here");
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<(int Status, string? Error)> SendAsync(LoadRequest request, CancellationToken cancellationToken)
    {
        _stream += 2;
        _streamWindow = _initialWindow;
        _answer.Restart();
        var all = MessageHead + request.Body.Length;
        var sent = await SendPartAsync(request, 0, true, cancellationToken);
        var isLast = false;
        while (true)
        {
            var (kind, flags, stream, payload) = await ReceiveAsync(cancellationToken);
            if (stream == _stream)
            {
                switch (kind)
                {
                    case FrameKind.Data:
                        _answer.AddData(Content(kind, flags, payload.Span));
                        break;
                    case FrameKind.Headers or FrameKind.Continuation:
                        _answer.AddHeaders(Content(kind, flags, payload.Span), (flags & EndOfHeaders) != 0);
                        break;
                    case FrameKind.Reset:
                        return (500, $"the server reset the stream with code {BinaryPrimitives.ReadInt32BigEndian(payload.Span)}");
                    default:
                        break;
                }

                isLast |= kind is FrameKind.Data or FrameKind.Headers && (flags & EndOfStream) != 0;
                if (isLast && _answer.IsWhole)
                {
                    if (sent < all)
                    {
                        await WriteAsync(Frame(FrameKind.Reset, 0, _stream, Big(Cancelled)), cancellationToken);
                    }

                    return _answer.Fault() is { } fault ? (500, fault) : (200, null);
                }
            }

            if (sent < all && kind is FrameKind.WindowUpdate or FrameKind.Settings)
            {
                sent = await SendPartAsync(request, sent, false, cancellationToken);
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <returns>How much of the message has been sent: what the server's windows had room for.</returns>
    private async Task<int> SendPartAsync(LoadRequest request, int sent, bool isFirst, CancellationToken cancellationToken)
    {
        if (!_headers.TryGetValue(request.Path, out var headers))
        {
            _headers[request.Path] = headers = HeaderBlock("/" + request.Path);
        }

        var all = MessageHead + request.Body.Length;
        var room = (int)Math.Clamp(Math.Min(_connectionWindow, _streamWindow), 0, all - sent);
        var length = FrameHead + headers.Length + ((room + MaxFrame - 1) / MaxFrame * FrameHead) + room;
        if (_message.Length < length)
        {
            Array.Resize(ref _message, length);
        }

        var at = 0;
        if (isFirst)
        {
            BinaryPrimitives.WriteInt32BigEndian(_messageHead.AsSpan(1), request.Body.Length);
            at = WriteHead(_message, FrameKind.Headers, EndOfHeaders, _stream, headers.Length);
            headers.CopyTo(_message, at);
            at += headers.Length;
        }

        _connectionWindow -= room;
        _streamWindow -= room;
        for (; room > 0; room -= Math.Min(MaxFrame, room))
        {
            var here = Math.Min(MaxFrame, room);
            at += WriteHead(_message.AsSpan(at), FrameKind.Data, sent + here == all ? EndOfStream : 0, _stream, here);
            var from = Math.Min(sent, MessageHead);
            var head = Math.Min(MessageHead - from, here);
            _messageHead.AsSpan(from, head).CopyTo(_message.AsSpan(at));
            request.Body.Span.Slice(Math.Max(sent - MessageHead, 0), here - head).CopyTo(_message.AsSpan(at + head));
            at += here;
            sent += here;
        }

        await WriteAsync(_message.AsMemory(0, at), cancellationToken);
        return sent;
    }

    /// <summary>A payload without what HTTP/2 may put around it.</summary>
    private static ReadOnlySpan<byte> Content(FrameKind kind, int flags, ReadOnlySpan<byte> payload)
    {
        if (kind == FrameKind.Continuation)
        {
            return payload;
        }

        if ((flags & Padded) != 0)
        {
            payload = payload[1..^payload[0]];
        }

        return kind == FrameKind.Headers && (flags & WithPriority) != 0 ? payload[PriorityLength..] : payload;
    }

    /// <summary>The next frame; those of the connection itself have been answered when it returns. The payload is good until the next call.</summary>
    private async ValueTask<(FrameKind Kind, byte Flags, int Stream, ReadOnlyMemory<byte> Payload)> ReceiveAsync(CancellationToken cancellationToken)
    {
        await FillAsync(FrameHead, cancellationToken);
        var head = _received.AsSpan(_start, FrameHead);
        var length = (head[0] << 16) | (head[1] << 8) | head[2];
        var (kind, flags, stream) = ((FrameKind)head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head[5..]) & int.MaxValue);
        if (length > MaxFrame)
        {
            throw new IOException($"the server's frame has {length} bytes where {MaxFrame} are allowed: it does not speak HTTP/2 here");
        }

        await FillAsync(FrameHead + length, cancellationToken);
        ReadOnlyMemory<byte> payload = _received.AsMemory(_start + FrameHead, length);
        _start += FrameHead + length;
        switch (kind)
        {
            case FrameKind.Data when (_consumed += length) > MaxWindow / 2:
                await WriteAsync(Frame(FrameKind.WindowUpdate, 0, 0, Big(_consumed)), cancellationToken);
                _consumed = 0;
                break;
            case FrameKind.Settings when (flags & Acknowledged) == 0:
                Apply(payload.Span);
                await WriteAsync(Frame(FrameKind.Settings, Acknowledged, 0, []), cancellationToken);
                break;
            case FrameKind.Ping when (flags & Acknowledged) == 0:
                await WriteAsync(Frame(FrameKind.Ping, Acknowledged, 0, payload.Span), cancellationToken);
                break;
            case FrameKind.WindowUpdate when stream == 0:
                _connectionWindow += BinaryPrimitives.ReadInt32BigEndian(payload.Span);
                break;
            case FrameKind.WindowUpdate when stream == _stream:
                _streamWindow += BinaryPrimitives.ReadInt32BigEndian(payload.Span);
                break;
            case FrameKind.GoAway:
                throw new IOException("the server closed the connection");
            default:
                break;
        }

        return (kind, flags, stream, payload);
    }

    private void Apply(ReadOnlySpan<byte> settings)
    {
        for (; settings.Length >= 6; settings = settings[6..])
        {
            if (BinaryPrimitives.ReadInt16BigEndian(settings) == 4)
            {
                var window = BinaryPrimitives.ReadInt32BigEndian(settings[2..]);
                _streamWindow += window - _initialWindow;
                _initialWindow = window;
            }
        }
    }

    private byte[] HeaderBlock(string path)
    {
        // Of RFC 7541's static table: 3 and 6 whole, the names of 4, 1 and 31; nothing is put into the dynamic one.
        var text = Encoding.ASCII.GetBytes(path);
        return
        [
            0x83, 0x86,
            0x04, .. Literal(text),
            0x01, .. Literal(_authority),
            0x0F, 0x10, .. Literal("application/grpc"u8),
            0x00, .. Literal("te"u8), .. Literal("trailers"u8),
        ];
    }

    private static byte[] Literal(ReadOnlySpan<byte> text) => text.Length < 127
        ? [(byte)text.Length, .. text]
        : throw new ArgumentException($"'{Encoding.ASCII.GetString(text)}' is too long for this client: at most 126 bytes.", nameof(text));

    private static byte[] Setting(short name, int value) => [.. Big(name)[2..], .. Big(value)];

    private static byte[] Big(int value)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Frame(FrameKind kind, int flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[FrameHead + payload.Length];
        payload.CopyTo(frame.AsSpan(WriteHead(frame, kind, flags, stream, payload.Length)));
        return frame;
    }

    private static int WriteHead(Span<byte> output, FrameKind kind, int flags, int stream, int length)
    {
        (output[0], output[1], output[2]) = ((byte)(length >> 16), (byte)(length >> 8), (byte)length);
        (output[3], output[4]) = ((byte)kind, (byte)flags);
        BinaryPrimitives.WriteInt32BigEndian(output[5..], stream);
        return FrameHead;
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, cancellationToken)..];
        }
    }

    private async ValueTask FillAsync(int count, CancellationToken cancellationToken)
    {
        while (_end - _start < count)
        {
            if (_start == _end)
            {
                _start = _end = 0;
            }

            if (_start + count > _received.Length)
            {
                Buffer.BlockCopy(_received, _start, _received, 0, _end - _start);
                (_start, _end) = (0, _end - _start);
                if (count > _received.Length)
                {
                    Array.Resize(ref _received, Math.Max(count, _received.Length * 2));
                }
            }

            var got = await _socket.ReceiveAsync(_received.AsMemory(_end), SocketFlags.None, cancellationToken);
            _end += got > 0 ? got : throw new IOException("the server closed the connection");
        }
    }
}
