using System.Buffers.Binary;
using System.Text;
using MLOps.Bench.Load;
using static MLOps.Bench.Tests.Load.FakeGrpcServer;

namespace MLOps.Bench.Tests.Load;

public sealed class GrpcConnectionTests
{
    private const string Path = "inference.GRPCInferenceService/ModelInfer";

    // As servers write them: a new size of the table, HTTP's status by its number in the static table, and texts that are not indexed.
    private static readonly byte[] Ok = [0x20, 0x88, .. Field("content-type", "application/grpc")];
    private static readonly byte[] NotFound = [0x20, 0x8D, .. Field("content-type", "text/html")];
    private static readonly byte[] Done = Field("grpc-status", "0");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_MessageAndStatusOk_IsASuccessEachTime()
    {
        using var server = new FakeGrpcServer();
        using var connection = await server.StartAsync();
        foreach (var stream in (int[])[1, 3])
        {
            var asked = connection.SendAsync(Request(3), Cancelled);
            await RequestCameAsync(server, stream, 3);
            await server.SendAsync(Headers, EndOfHeaders, stream, Ok);
            await server.SendAsync(Data, 0, stream, Message(20_000)[..7]);
            await server.SendAsync(Data, 0, stream, Message(20_000)[7..16_000]);
            await server.SendAsync(Data, 0, stream, Message(20_000)[16_000..]);
            await server.SendAsync(Headers, EndOfHeaders | EndOfStream, stream, Done);
            Assert.Equal((200, null), await asked);
        }
    }

    [Fact]
    public async Task Send_HuffmanCodedStatusOverTwoFramesWithPadding_IsASuccess()
    {
        const int Padded = 8;
        byte[] status = [0x08, 0x82, 0x10, 0x01];
        byte[] done = [0x40, 0x88, 0x9A, 0xCA, 0xC8, 0xB2, 0x12, 0x34, 0xDA, 0x8F, 0x81, 0x07];
        using var server = new FakeGrpcServer();
        using var connection = await server.StartAsync();
        var asked = connection.SendAsync(Request(3), Cancelled);
        await RequestCameAsync(server, 1, 3);
        await server.SendAsync(Headers, EndOfHeaders | Padded, 1, [2, .. status, 0, 0]);
        await server.SendAsync(Data, Padded, 1, [1, .. Message(9), 0]);
        await server.SendAsync(Headers, EndOfStream, 1, done[..6]);
        await server.SendAsync(Continuation, EndOfHeaders, 1, done[6..]);
        Assert.Equal((200, null), await asked);
    }

    [Fact]
    public async Task Send_HttpErrorWithABody_IsAFailureThatShowsIt()
    {
        var (status, error) = await AnswerAsync(NotFound, "<html>no such page</html>"u8.ToArray(), null);
        Assert.Equal(500, status);
        Assert.Contains("HTTP's status is not 200", error, StringComparison.Ordinal);
        Assert.Contains("no such page", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_HttpErrorAroundAMessage_IsAFailure() =>
        Assert.Equal(500, (await AnswerAsync(NotFound, Message(9), Done)).Status);

    [Fact]
    public async Task Send_TrailersOnly_IsAFailureThatShowsTheMessage()
    {
        var (status, error) = await AnswerAsync([.. Ok, .. Field("grpc-status", "5"), .. Field("grpc-message", "no such model")], null, null);
        Assert.Equal(500, status);
        Assert.Contains("no such model", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("13")]
    [InlineData("00")]
    public async Task Send_MessageThenAnotherStatus_IsAFailure(string status) =>
        Assert.Equal(500, (await AnswerAsync(Ok, Message(9), Field("grpc-status", status))).Status);

    [Fact]
    public async Task Send_MessageWithoutTrailers_IsAFailure() =>
        Assert.Equal(500, (await AnswerAsync(Ok, Message(9), null)).Status);

    [Theory]
    [InlineData(0, -1)]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public async Task Send_MessageThatIsNotWhatItsHeadSays_IsAFailure(byte compressed, int longer)
    {
        var message = Message(9);
        message[0] = compressed;
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), 9 + longer);
        Assert.Equal(500, (await AnswerAsync(Ok, message, Done)).Status);
    }

    [Fact]
    public async Task Send_StatusOkWithoutAMessage_IsAFailure() =>
        Assert.Equal(500, (await AnswerAsync([.. Ok, .. Done], null, null)).Status);

    [Fact]
    public async Task Send_BlockThatRefersToADynamicTable_IsNoAnswer() =>
        Assert.Contains("field 62", (await Assert.ThrowsAsync<IOException>(() => AnswerAsync([0x88, 0xBE], null, null))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Send_BlockThatIsCutOff_IsNoAnswer() =>
        await Assert.ThrowsAsync<IOException>(() => AnswerAsync([0x88, .. Done[..^1]], null, null));

    [Fact]
    public async Task Send_WindowOfTen_SendsTenAndThenWhatEveryUpdateAllows()
    {
        using var server = new FakeGrpcServer();
        using var connection = await server.StartAsync(window: 10);
        var request = Request(25);
        var asked = connection.SendAsync(request, Cancelled);
        Assert.Equal(Headers, (await server.ReadAsync()).Kind);
        List<byte> came = [.. (await server.ReadAsync()).Payload];
        Assert.Equal(10, came.Count);
        await server.SendAsync(WindowUpdate, 0, 1, 0, 0, 0, 3);
        came.AddRange((await server.ReadAsync()).Payload);
        Assert.Equal(13, came.Count);

        // A greater window for all streams is more for those that are under way, too.
        await server.SendSettingsAsync(100);
        Assert.Equal(Settings, (await server.ReadAsync()).Kind);
        came.AddRange(await server.ReadDataAsync(1, 17));
        Assert.Equal([0, 0, 0, 0, 25, .. request.Body.Span], came);
        await server.SendAsync(Headers, EndOfHeaders, 1, Ok);
        await server.SendAsync(Data, 0, 1, Message(1));
        await server.SendAsync(Headers, EndOfHeaders | EndOfStream, 1, Done);
        Assert.Equal((200, null), await asked);
    }

    [Fact]
    public async Task Send_MoreThanTheConnectionsWindow_WaitsForItsUpdate()
    {
        const int Window = 65_535;
        using var server = new FakeGrpcServer();
        using var connection = await server.StartAsync(window: 1_000_000);
        var request = Request(Window);
        var asked = connection.SendAsync(request, Cancelled);
        Assert.Equal(Headers, (await server.ReadAsync()).Kind);
        List<byte> came = [.. await server.ReadDataAsync(1, Window)];
        Assert.Equal(Window, came.Count);
        await server.SendAsync(WindowUpdate, 0, 0, 0, 0, 0, 5);
        came.AddRange(await server.ReadDataAsync(1, 5));
        Assert.Equal([0, 0, 0, 0xFF, 0xFF, .. request.Body.Span], came);
        await server.SendAsync(Headers, EndOfHeaders | EndOfStream, 1, [.. Ok, .. Field("grpc-status", "8")]);
        Assert.Equal(500, (await asked).Status);
    }

    [Fact]
    public async Task Send_AnswerBeforeAllIsSent_IsTakenAndTheRestIsNotSent()
    {
        using var server = new FakeGrpcServer();
        using var connection = await server.StartAsync(window: 0);
        var asked = connection.SendAsync(Request(25), Cancelled);
        Assert.Equal(Headers, (await server.ReadAsync()).Kind);
        await server.SendAsync(Headers, EndOfHeaders | EndOfStream, 1, [.. Ok, .. Field("grpc-status", "8")]);
        Assert.Equal(500, (await asked).Status);
        var reset = await server.ReadAsync();
        Assert.Equal((Reset, 1), (reset.Kind, reset.Stream));
    }

    [Fact]
    public async Task Send_ServerThatResetsTheStream_IsAFailureWithItsCode()
    {
        using var server = new FakeGrpcServer();
        using var connection = await server.StartAsync();
        var asked = connection.SendAsync(Request(3), Cancelled);
        await RequestCameAsync(server, 1, 3);
        await server.SendAsync(Reset, 0, 1, 0, 0, 0, 7);
        Assert.Equal((500, "the server reset the stream with code 7"), await asked);
    }

    [Fact]
    public async Task Open_ServerOfHttp1_SaysSo()
    {
        using var server = new FakeGrpcServer();
        var connecting = server.ConnectAsync();
        await server.AcceptAsync();
        await server.SendRawAsync(Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
        Assert.Contains("does not speak HTTP/2", (await Assert.ThrowsAsync<IOException>(() => connecting)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_FirstFrameIsAnother_SaysSo()
    {
        using var server = new FakeGrpcServer();
        var connecting = server.ConnectAsync();
        await server.AcceptAsync();
        await server.SendAsync(WindowUpdate, 0, 0, 0, 0, 0, 1);
        Assert.Contains("not its settings", (await Assert.ThrowsAsync<IOException>(() => connecting)).Message, StringComparison.Ordinal);
    }

    /// <summary>What comes of one call that is answered so; without trailers the last of it ends the stream.</summary>
    private static async Task<(int Status, string? Error)> AnswerAsync(byte[] headers, byte[]? body, byte[]? trailers)
    {
        using var server = new FakeGrpcServer();
        using var connection = await server.StartAsync();
        var asked = connection.SendAsync(Request(3), Cancelled);
        await RequestCameAsync(server, 1, 3);
        await server.SendAsync(Headers, EndOfHeaders | (body is null ? EndOfStream : 0), 1, headers);
        if (body is not null)
        {
            await server.SendAsync(Data, trailers is null ? EndOfStream : 0, 1, body);
        }

        if (trailers is not null)
        {
            await server.SendAsync(Headers, EndOfHeaders | EndOfStream, 1, trailers);
        }

        return await asked;
    }

    private static async Task RequestCameAsync(FakeGrpcServer server, int stream, int length)
    {
        var headers = await server.ReadAsync();
        Assert.Equal((Headers, stream), (headers.Kind, headers.Stream));
        Assert.Equal(5 + length, (await server.ReadDataAsync(stream, int.MaxValue)).Length);
    }

    private static LoadRequest Request(int length) => new("POST", Path, Bytes(length));

    private static byte[] Message(int length)
    {
        byte[] message = [.. new byte[5], .. Bytes(length)];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), length);
        return message;
    }

    private static byte[] Bytes(int length) => [.. Enumerable.Range(1, length).Select(i => (byte)i)];

    private static byte[] Field(string name, string value) => [0x00, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];
}
