using System.Net.Sockets;
using MLOps.Bench.Load;
using MLOps.Bench.OpenInference;
using MLOps.Testing;

namespace MLOps.Bench.Tests.OpenInference;

public sealed class EchoServerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_UrlOfOneAddress_ListensThereAlone()
    {
        var port = FreePort.Next();
        await using var server = await EchoServer.StartAsync(new Uri($"http://127.0.0.2:{port}"), Cancelled);
        using var connection = await RawConnection.OpenAsync(new Uri($"http://127.0.0.2:{port}"), Cancelled);
        Assert.Equal((200, null), await connection.SendAsync(new LoadRequest("POST", "echo", new byte[100]), Cancelled));
        await Assert.ThrowsAsync<SocketException>(() => RawConnection.OpenAsync(new Uri($"http://127.0.0.1:{port}"), Cancelled));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(2_000_000)]
    public async Task Start_CallsOfGrpc_AreEchoedOnTheNextPort(int length)
    {
        var address = new Uri($"http://localhost:{FreePort.Next()}");
        await using var server = await EchoServer.StartAsync(address, Cancelled);
        using var connection = await GrpcConnection.OpenAsync(EchoServer.OfGrpc(address), Cancelled);
        foreach (var _ in (int[])[1, 2])
        {
            Assert.Equal((200, null), await connection.SendAsync(new LoadRequest("POST", "echo.Echo/Echo", new byte[length]), Cancelled));
        }
    }

    [Fact]
    public async Task Start_UrlWithAName_IsRefused()
    {
        var refused = await Assert.ThrowsAsync<NotSupportedException>(() => EchoServer.StartAsync(new Uri("http://bench.example:5000"), Cancelled));
        Assert.Contains("'bench.example'", refused.Message, StringComparison.Ordinal);
    }
}
