using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MLOps.Connections;
using MLOps.Connections.Sockets;

namespace MLOps.Connections.Tests;

/// <summary>The web server over <see cref="SocketConnection"/>, as its clients see it.</summary>
public sealed class ConnectionTests : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private WebApplication? _app;

    public ConnectionTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "These connections are Linux' own.");
        _deadline.CancelAfter(Deadline);
    }

    private CancellationToken Cancel => _deadline.Token;

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _deadline.Dispose();
    }

    [Fact]
    public async Task ManyConnections_GetTheirOwnBytesBack()
    {
        var address = await ServeAsync(EchoAsync);
        await Task.WhenAll(Enumerable.Range(0, 64).Select(async seed =>
        {
            var random = new Random(seed);
            using var client = new HttpClient();
            for (var i = 0; i < 40; i++)
            {
                var body = new byte[random.Next(8) == 0 ? random.Next(300_000) : random.Next(2_000)];
                random.NextBytes(body);
                using var answer = await client.PostAsync(address, new ByteArrayContent(body), Cancel);
                Assert.Equal(body, await answer.Content.ReadAsByteArrayAsync(Cancel));
            }
        }));
    }

    /// <summary>The end of one request, all of the next and the beginning of a third in one packet, then the rest, byte by byte.</summary>
    [Fact]
    public async Task Requests_CutAnywhere_AreAnsweredInOrder()
    {
        var address = await ServeAsync(EchoAsync);
        using var client = await ConnectAsync(address);
        var sent = string.Concat(Enumerable.Range(0, 20).Select(i => $"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {i + 3}\r\n{(i == 19 ? "Connection: close\r\n" : "")}\r\n{new string((char)('a' + i), i + 3)}"));
        var bytes = Encoding.ASCII.GetBytes(sent);
        await client.SendAsync(bytes.AsMemory(0, 170), Cancel);
        foreach (var one in bytes.Skip(170).Take(400))
        {
            await client.SendAsync(new[] { one }, Cancel);
        }

        await client.SendAsync(bytes.AsMemory(570), Cancel);
        var answers = (await ReadAllAsync(client)).Split("HTTP/1.1 200 OK\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            Enumerable.Range(0, 20).Select(i => new string((char)('a' + i), i + 3)),
            answers.Select(answer => answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]));
    }

    /// <summary>The reader stops the sender, and goes on later: nothing is lost and nothing is kept beyond the limits.</summary>
    [Fact]
    public async Task LargeBody_OfASlowReader_WaitsAndArrivesWhole()
    {
        var mayRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var address = await ServeAsync(async http =>
        {
            await mayRead.Task.WaitAsync(Cancel);
            var hash = await SHA256.HashDataAsync(http.Request.Body, Cancel);
            await http.Response.WriteAsync(Convert.ToHexString(hash), Cancel);
        });
        var body = new byte[64 << 20];
        new Random(5).NextBytes(body);
        using var client = await ConnectAsync(address);
        await client.SendAsync(Encoding.ASCII.GetBytes($"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"), Cancel);
        var sending = SendAllAsync(client, body);
        Assert.NotSame(sending, await Task.WhenAny(sending, Task.Delay(300, Cancel)));
        mayRead.SetResult();
        await sending;
        Assert.EndsWith(Convert.ToHexString(SHA256.HashData(body)), Unchunked(await ReadAllAsync(client)), StringComparison.Ordinal);
    }

    /// <summary>The other side takes nothing for a while: the answer waits, holding no thread, and arrives whole.</summary>
    [Fact]
    public async Task LargeAnswer_ToASlowClient_WaitsAndArrivesWhole()
    {
        var body = new byte[64 << 20];
        new Random(6).NextBytes(body);
        var sent = 0;
        var address = await ServeAsync(async http =>
        {
            http.Response.ContentLength = body.Length;
            for (; sent < body.Length; sent += 1 << 20)
            {
                await http.Response.Body.WriteAsync(body.AsMemory(sent, 1 << 20), Cancel);
            }
        });
        using var client = await ConnectAsync(address);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray(), Cancel);
        await UntilAsync("the answer to wait", () => Standing(ref sent));
        Assert.InRange(sent, 0, body.Length - 1);
        var received = new MemoryStream();
        await using (var stream = new NetworkStream(client))
        {
            await stream.CopyToAsync(received, Cancel);
        }

        Assert.Equal(SHA256.HashData(body), SHA256.HashData(received.ToArray().AsSpan()[^body.Length..]));
    }

    [Fact]
    public async Task Client_ThatGoes_AbortsItsRequest()
    {
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var address = await ServeAsync(async http =>
        {
            http.RequestAborted.Register(aborted.SetResult);
            began.SetResult();
            await aborted.Task.WaitAsync(Cancel);
        });
        var client = await ConnectAsync(address);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), Cancel);
        await began.Task.WaitAsync(Cancel);
        client.Dispose();
        await aborted.Task.WaitAsync(Cancel);
    }

    /// <summary>Half an answer must not pass for a whole one, whatever announces its length.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Abort_IsHeardAsAReset(bool isFull)
    {
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var address = await ServeAsync(async http =>
        {
            http.Response.Headers.Connection = "close";
            await http.Response.Body.WriteAsync(new byte[isFull ? 64 : 1], Cancel);
            var writing = isFull ? http.Response.Body.WriteAsync(new byte[64 << 20], CancellationToken.None).AsTask() : Task.CompletedTask;
            if (isFull)
            {
                await Task.Delay(200, Cancel);
            }

            http.Abort();

            // Whatever it goes on to do, the client hears it now.
            await heard.Task.WaitAsync(Cancel);
            await Task.WhenAny(writing);
        });
        using var client = await ConnectAsync(address);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), Cancel);
        if (isFull)
        {
            // Reads only when it was cut off: until then the answer waits.
            await Task.Delay(600, Cancel);
        }

        var error = await Assert.ThrowsAnyAsync<SocketException>(() => ReadAllAsync(client));
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
        heard.SetResult();
        await UntilAsync("the connection to be forgotten", () => (Sockets().Full!.Count, Sockets().Threads!.Connections) == (0, 0));
    }

    /// <summary>Requests that keep their thread: others are answered meanwhile, and the threads that had to join go again.</summary>
    [Fact]
    public async Task BlockedThreads_AreJoinedByOthers()
    {
        using var release = new ManualResetEventSlim();
        var address = await ServeAsync(http =>
        {
            if (http.Request.Path == "/block")
            {
                release.Wait(Cancel);
            }

            return http.Response.WriteAsync("done", Cancel);
        });
        var threads = Sockets().Threads!;
        Assert.Equal(2, threads.Count);

        // A connection's first request may be run by whoever the server lets begin with it.
        var clients = Enumerable.Range(0, 7).Select(_ => new HttpClient()).ToArray();
        foreach (var client in clients)
        {
            await client.GetStringAsync(new Uri(address, "/quick"), Cancel);
        }

        var blocked = clients[1..].Select(client => client.GetStringAsync(new Uri(address, "/block"), Cancel)).ToArray();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("done", await clients[0].GetStringAsync(new Uri(address, "/quick"), Cancel));
            await Task.Delay(50, Cancel);
        }

        await UntilAsync("the places of the blocked threads to be taken", () => threads.Count == 8);

        // Threads that have nothing to do go, but not when the others are blocked.
        await Task.Delay(2500, Cancel);
        Assert.Equal(8, threads.Count);
        Assert.Equal("done", await clients[0].GetStringAsync(new Uri(address, "/quick"), Cancel));
        Assert.All(blocked, request => Assert.False(request.IsCompleted));
        release.Set();
        Assert.All(await Task.WhenAll(blocked), answer => Assert.Equal("done", answer));
        await UntilAsync("the other threads to go", () => threads.Count == 2);
        Array.ForEach(clients, client => client.Dispose());
    }

    /// <summary>Somebody else's failure at a connection's end is logged, and neither ends the process nor keeps the connection.</summary>
    [Fact]
    public async Task ConnectionClosed_ThatFails_HarmsNobody()
    {
        var address = await ServeAsync(http =>
        {
            http.Features.Get<IConnectionLifetimeFeature>()!.ConnectionClosed.Register(() => throw new InvalidOperationException("not mine"));
            return http.Response.WriteAsync("done", Cancel);
        });
        using (var client = new HttpClient())
        {
            Assert.Equal("done", await client.GetStringAsync(address, Cancel));
        }

        await UntilAsync("the connection to be forgotten", () => Sockets().Threads!.Connections == 0);
    }

    /// <summary>A time-out is told by a thread that has all other connections' time-outs to tell: what waits for the body must not run there.</summary>
    [Fact]
    public async Task TimeOut_DoesNotRunTheRequestOnTheServersOwnThread()
    {
        var names = new System.Collections.Concurrent.ConcurrentQueue<(string? Name, bool IsPool)>();
        var address = await ServeAsync(
            async http =>
            {
                try
                {
                    await http.Request.Body.CopyToAsync(Stream.Null, Cancel);
                }
                catch (Microsoft.AspNetCore.Http.BadHttpRequestException)
                {
                    names.Enqueue((Thread.CurrentThread.Name, Thread.CurrentThread.IsThreadPoolThread));
                    throw;
                }
            },
            kestrel =>
            {
                kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(1000, TimeSpan.FromSeconds(1.5));
                kestrel.Listen(IPAddress.Loopback, 0);
            });
        using var client = await ConnectAsync(address);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf"u8.ToArray(), Cancel);
        Assert.StartsWith("HTTP/1.1 408", await ReadAllAsync(client), StringComparison.Ordinal);
        Assert.True(Assert.Single(names).IsPool, names.Single().Name);
    }

    [Fact]
    public async Task Tls_AndHttp2_Work()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        await ServeAsync(EchoAsync, kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var address = new Uri(_app!.Urls.Single());
        Assert.Equal(Uri.UriSchemeHttps, address.Scheme);
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, given, _, _) => given?.GetCertHashString() == certificate.GetCertHashString() },
        };
        using var client = new HttpClient(handler);
        var body = new byte[500_000];
        new Random(9).NextBytes(body);
        foreach (var version in (Version[])[HttpVersion.Version11, HttpVersion.Version20])
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body), Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            using var answer = await client.SendAsync(message, Cancel);
            Assert.Equal(version, answer.Version);
            Assert.Equal(body, await answer.Content.ReadAsByteArrayAsync(Cancel));
        }
    }

    [Fact]
    public async Task Stop_EndsWhatWasBegun()
    {
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var mayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var address = await ServeAsync(async http =>
        {
            began.TrySetResult();
            await mayEnd.Task.WaitAsync(Cancel);
            await http.Response.WriteAsync("whole", Cancel);
        });
        using var client = new HttpClient();
        using var idle = await ConnectAsync(address);
        var answer = client.GetStringAsync(address, Cancel);
        await began.Task.WaitAsync(Cancel);
        var stopping = _app!.StopAsync(Cancel);
        await UntilAsync("nobody to be let in", () => !CanConnect(address));
        mayEnd.SetResult();
        Assert.Equal("whole", await answer);
        await stopping;
        Assert.Empty(await ReadAllAsync(idle));
    }

    [Fact]
    public async Task NoThreads_LeaveConnectionsToTheServer()
    {
        string? kind = null;
        Task TellAsync(HttpContext http)
        {
            kind = http.Features.Get<IConnectionSocketFeature>()?.GetType().Assembly.GetName().Name;
            return http.Response.WriteAsync("done", Cancel);
        }

        var address = await ServeAsync(TellAsync, threads: 0);
        using var client = new HttpClient();
        await client.GetStringAsync(address, Cancel);
        Assert.Equal("Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets", kind);
        await _app!.DisposeAsync();

        address = await ServeAsync(TellAsync);
        await client.GetStringAsync(address, Cancel);
        Assert.Equal("MLOps.Connections", kind);
    }

    private async Task<Uri> ServeAsync(RequestDelegate handler, Action<KestrelServerOptions>? listen = null, int threads = 2)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            (listen ?? (server => server.Listen(IPAddress.Loopback, 0)))(kestrel);
        });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.Configure<ConnectionOptions>(options => options.Threads = threads);
        builder.Services.AddSingleton<SocketConnections>();
        builder.Services.AddSingleton<IConnectionListenerFactory, ConnectionListenerFactory>();
        _app = builder.Build();
        _app.Run(handler);
        await _app.StartAsync(Cancel);
        return new Uri(_app.Urls.Single());
    }

    private SocketConnections Sockets() => _app!.Services.GetRequiredService<SocketConnections>();

    private async Task EchoAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, Cancel);
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body.ToArray(), Cancel);
    }

    private async Task<Socket> ConnectAsync(Uri address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address.Host, address.Port, Cancel);
        return socket;
    }

    private static bool CanConnect(Uri address)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(address.Host, address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task SendAllAsync(Socket client, byte[] bytes)
    {
        for (var sent = 0; sent < bytes.Length;)
        {
            sent += await client.SendAsync(bytes.AsMemory(sent), Cancel);
        }
    }

    private async Task<string> ReadAllAsync(Socket client)
    {
        var received = new ArrayBufferWriter<byte>();
        int count;
        while ((count = await client.ReceiveAsync(received.GetMemory(64 << 10), Cancel)) > 0)
        {
            received.Advance(count);
        }

        return Encoding.Latin1.GetString(received.WrittenSpan);
    }

    private static string Unchunked(string answer) => answer.Replace("\r\n0\r\n\r\n", "", StringComparison.Ordinal);

    private async Task UntilAsync(string what, Func<bool> isSo)
    {
        while (!isSo())
        {
            Assert.False(Cancel.IsCancellationRequested, $"waited for {what}");
            await Task.Delay(20, CancellationToken.None);
        }
    }

    /// <returns>Whether the number stayed for some time.</returns>
    private static bool Standing(ref int number)
    {
        var before = Volatile.Read(ref number);
        Thread.Sleep(300);
        return before > 0 && Volatile.Read(ref number) == before;
    }
}
