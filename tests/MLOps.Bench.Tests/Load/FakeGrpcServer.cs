using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using MLOps.Bench.Load;

namespace MLOps.Bench.Tests.Load;

/// <summary>The server's end of one HTTP/2 connection, frame by frame as a test says.</summary>
internal sealed class FakeGrpcServer : IDisposable
{
    public const int Data = 0;
    public const int Headers = 1;
    public const int Reset = 3;
    public const int Settings = 4;
    public const int WindowUpdate = 8;
    public const int Continuation = 9;
    public const int EndOfStream = 1;
    public const int EndOfHeaders = 4;

    private const int HeadLength = 9;
    private const int PrefaceLength = 24;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private TcpClient? _client;

    public FakeGrpcServer() => _listener.Start();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    private NetworkStream Stream => _client!.GetStream();

    public Task<GrpcConnection> ConnectAsync() => GrpcConnection.OpenAsync(Url, Cancelled);

    /// <summary>Takes the connection and what a client says before it knows anything of the server.</summary>
    public async Task AcceptAsync()
    {
        _client = await _listener.AcceptTcpClientAsync(Cancelled);
        await ReadAsync(PrefaceLength);
        Assert.Equal(Settings, (await ReadAsync()).Kind);
        Assert.Equal(WindowUpdate, (await ReadAsync()).Kind);
    }

    /// <summary>Connects a client to a server of such a window for each stream, in bytes.</summary>
    public async Task<GrpcConnection> StartAsync(int window = 65_535)
    {
        var connecting = ConnectAsync();
        await AcceptAsync();
        await SendSettingsAsync(window);
        var connection = await connecting;
        Assert.Equal((Settings, 1), await ReadAsync() is var acknowledged ? (acknowledged.Kind, acknowledged.Flags) : default);
        return connection;
    }

    public Task SendSettingsAsync(int window)
    {
        byte[] setting = [0, 4, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(setting.AsSpan(2), window);
        return SendAsync(Settings, 0, 0, setting);
    }

    public Task SendRawAsync(byte[] bytes) => Stream.WriteAsync(bytes, Cancelled).AsTask();

    public async Task SendAsync(int kind, int flags, int stream, params byte[] payload)
    {
        var frame = new byte[HeadLength + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        (frame[3], frame[4]) = ((byte)kind, (byte)flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, HeadLength);
        await SendRawAsync(frame);
    }

    public async Task<(int Kind, int Flags, int Stream, byte[] Payload)> ReadAsync()
    {
        var head = await ReadAsync(HeadLength);
        var payload = await ReadAsync(BinaryPrimitives.ReadInt32BigEndian(head) >>> 8);
        return (head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload);
    }

    /// <summary>The data of a stream until it ends or so many bytes of it have come.</summary>
    public async Task<byte[]> ReadDataAsync(int stream, int count)
    {
        List<byte> data = [];
        while (data.Count < count)
        {
            var frame = await ReadAsync();
            Assert.Equal((Data, stream), (frame.Kind, frame.Stream));
            data.AddRange(frame.Payload);
            if ((frame.Flags & EndOfStream) != 0)
            {
                break;
            }
        }

        return [.. data];
    }

    private async Task<byte[]> ReadAsync(int count)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        deadline.CancelAfter(Patience);
        var bytes = new byte[count];
        try
        {
            await Stream.ReadExactlyAsync(bytes, deadline.Token);
        }
        catch (OperationCanceledException) when (!Cancelled.IsCancellationRequested)
        {
            throw new TimeoutException($"waited {Patience} for {count} bytes of the client");
        }

        return bytes;
    }

    public void Dispose()
    {
        _client?.Dispose();
        _listener.Dispose();
    }
}
