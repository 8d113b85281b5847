using System.Buffers.Text;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace MLOps.Bench.Load;

/// <summary>One keep-alive HTTP/1.1 connection with nothing around it: on a machine that runs the server too, whatever the client
/// spends is missing at the server. A server that closes it after its answer is called on a new one. Reads answers of known length and chunked ones; no redirects, no compression, no TLS.</summary>
internal sealed class RawConnection : ILoadConnection
{
    private readonly Uri _server;
    private readonly string _host;
    private readonly string _prefix;
    private Socket _socket;
    private bool _isClosing;
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    private RawConnection(Socket socket, Uri baseUrl)
    {
        _socket = socket;
        _server = baseUrl;
        _host = baseUrl.Authority;
        _prefix = baseUrl.AbsolutePath;
    }

    public static async Task<RawConnection> OpenAsync(Uri baseUrl, CancellationToken cancellationToken) => new(await ConnectAsync(baseUrl, cancellationToken), baseUrl);

    /// <inheritdoc/>
    public async Task<(int Status, string? Error)> SendAsync(LoadRequest request, CancellationToken cancellationToken)
    {
        if (_isClosing)
        {
            _socket.Dispose();
            _socket = await ConnectAsync(_server, cancellationToken);
            (_isClosing, _start, _end) = (false, 0, 0);
        }

        var head = $"{request.Method} {_prefix}{request.Path} HTTP/1.1\r\nHost: {_host}\r\n{(request.ContentType is null ? string.Empty : $"Content-Type: {request.ContentType}\r\n")}{request.Headers}"
            + (request.Body.Length > 0 || request.Method != "GET" ? string.Create(CultureInfo.InvariantCulture, $"Content-Length: {request.Body.Length}\r\n\r\n") : "\r\n");
        var message = new byte[head.Length + request.Body.Length];
        Encoding.ASCII.GetBytes(head, message);
        request.Body.CopyTo(message.AsMemory(head.Length));
        for (var sent = 0; sent < message.Length;)
        {
            sent += await _socket.SendAsync(message.AsMemory(sent), SocketFlags.None, cancellationToken);
        }

        return await ReceiveAsync(cancellationToken);
    }

    public void Dispose() => _socket.Dispose();

    internal static async Task<Socket> ConnectAsync(Uri server, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server.Host, server.Port, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<(int Status, string? Error)> ReceiveAsync(CancellationToken cancellationToken)
    {
        int headEnd;
        while ((headEnd = Received().IndexOf("\r\n\r\n"u8)) < 0)
        {
            await FillAsync(cancellationToken);
        }

        var (status, length, chunked, isClosing) = Head(Received()[..(headEnd + 2)]);
        _isClosing = isClosing;
        _start += headEnd + 4;
        var text = status >= 400 ? new StringBuilder() : null;
        if (!chunked)
        {
            await SkipAsync(length, text, cancellationToken);
            return (status, text?.ToString());
        }

        for (; ; )
        {
            int lineEnd;
            while ((lineEnd = Received().IndexOf("\r\n"u8)) < 0)
            {
                await FillAsync(cancellationToken);
            }

            if (!Utf8Parser.TryParse(Received()[..lineEnd], out int size, out _, 'x'))
            {
                throw new IOException("a chunk without a size");
            }

            _start += lineEnd + 2;
            await SkipAsync(size, text, cancellationToken);
            await SkipAsync(2, null, cancellationToken);
            if (size == 0)
            {
                return (status, text?.ToString());
            }
        }
    }

    private static (int Status, int Length, bool Chunked, bool IsClosing) Head(ReadOnlySpan<byte> head)
    {
        if (head.Length < 12 || !Utf8Parser.TryParse(head[9..12], out int status, out _))
        {
            throw new IOException("not an HTTP answer");
        }

        int? length = status is 204 or 304 ? 0 : null;
        var (chunked, isClosing) = (false, false);
        for (var line = head[(head.IndexOf((byte)'\n') + 1)..]; line.Length > 0; line = line[(line.IndexOf((byte)'\n') + 1)..])
        {
            var field = Encoding.ASCII.GetString(line[..line.IndexOf((byte)'\r')]);
            if (field.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase))
            {
                length = int.Parse(field.AsSpan(15), CultureInfo.InvariantCulture);
            }

            isClosing |= field.Equals("connection: close", StringComparison.OrdinalIgnoreCase);
            chunked |= field.StartsWith("transfer-encoding:", StringComparison.OrdinalIgnoreCase) && field.Contains("chunked", StringComparison.OrdinalIgnoreCase);
        }

        return (status, length ?? (chunked ? 0 : throw new IOException("an answer without a length")), chunked, isClosing);
    }

    private async Task SkipAsync(int count, StringBuilder? text, CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            if (_start == _end)
            {
                await FillAsync(cancellationToken);
            }

            var here = Math.Min(count, _end - _start);
            text?.Append(Encoding.UTF8.GetString(_buffer, _start, here));
            _start += here;
            count -= here;
        }
    }

    private ReadOnlySpan<byte> Received() => _buffer.AsSpan(_start, _end - _start);

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_end == _buffer.Length)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            (_start, _end) = (0, _end - _start);
            if (_end == _buffer.Length)
            {
                Array.Resize(ref _buffer, _buffer.Length * 2);
            }
        }

        var got = await _socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None, cancellationToken);
        _end += got > 0 ? got : throw new IOException("the server closed the connection");
    }
}
