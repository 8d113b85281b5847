using System.Net;
using System.Net.Sockets;
using System.Text;
using MLOps.Gateway.Tests.Endpoints;

namespace MLOps.Gateway.Tests.Hosting;

/// <summary>One cleartext port for HTTP/1.1 and HTTP/2.</summary>
public sealed class Http2OnSamePortTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Get_EitherVersion_IsAnswered(int major)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(platform.Http.BaseAddress!, "/v2/health/live")) { Version = new Version(major, major == 1 ? 1 : 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var answer = await platform.Http.SendAsync(request, Ct);
        Assert.Equal((HttpStatusCode.OK, major), (answer.StatusCode, answer.Version.Major));
    }

    [Fact]
    public async Task Request_InPieces_ThatBeginsAsThePrefaceDoes_IsHttp1()
    {
        using var socket = await ConnectAsync();
        foreach (var piece in new[] { "P", "OST /v2/repository/index HTTP/1.1\r\nHost: localhost\r\n", "Content-Length: 0\r\nConnection: close\r\n\r\n" })
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(piece), Ct);
            await Task.Delay(20, Ct);
        }

        Assert.StartsWith("HTTP/1.1 200", await ReadAsync(socket), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preface_ThatIsNone_IsToldToSpeakHttp1()
    {
        using var socket = await ConnectAsync();
        await socket.SendAsync("PRI * HTTP/2.0\r\n\r\nSX\r\n\r\n"u8.ToArray(), Ct);

        // GOAWAY with HTTP_1_1_REQUIRED: it reached the HTTP/1.1 side, which says so in the other protocol's words.
        Assert.Equal("\0\0\b\a\0\0\0\0\0\0\0\0\0\0\0\0\r", await ReadAsync(socket));
    }

    [Fact]
    public async Task Connections_ThatGoWithoutAWord_LeaveTheServerWell()
    {
        for (var i = 0; i < 20; i++)
        {
            using var socket = await ConnectAsync();
            await socket.SendAsync("PRI"u8.ToArray(), Ct);
        }

        Assert.Equal(HttpStatusCode.OK, (await platform.Http.GetAsync("/v2/health/live", Ct)).StatusCode);
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, platform.Http.BaseAddress!.Port, Ct);
        return socket;
    }

    private static async Task<string> ReadAsync(Socket socket)
    {
        var buffer = new byte[4096];
        var text = new StringBuilder();
        int read;
        while ((read = await socket.ReceiveAsync(buffer, Ct)) > 0)
        {
            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        return text.ToString();
    }
}
