using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MLOps.Connections.Links;
using MLOps.Testing;

namespace MLOps.Connections.Tests;

/// <summary>Links between two processes, over the threads of our own and over the framework's connections (0 threads).</summary>
public sealed class LinkTests : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly List<IDisposable> _made = [];
    private readonly ManualTime _time = new();
    private readonly Logged _log = new();
    private LinkServer? _server;

    public LinkTests() => _deadline.CancelAfter(Deadline);

    private CancellationToken Cancel => _deadline.Token;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _made.Reverse();
        foreach (var made in _made)
        {
            made.Dispose();
        }

        _deadline.Dispose();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0)]
    public async Task ManyCalls_AtOnce_GetTheirOwnAnswers(int threads)
    {
        var address = await ServeAsync(request => new(LinkAnswer.Of(request.Payload.ToArray(), TimeSpan.FromTicks(request.Payload.Length + request.Key.Length))), threads);
        var client = Client(threads);
        await Task.WhenAll(Enumerable.Range(0, 24).Select(seed => Task.Run(
            async () =>
            {
                var random = new Random(seed);
                for (var i = 0; i < 60; i++)
                {
                    var payload = new byte[random.Next(10) == 0 ? random.Next(3 << 20) : random.Next(4_000)];
                    random.NextBytes(payload);
                    var key = new string('k', random.Next(1, 40));
                    var answer = await CallAsync(client, address, new LinkRequest(key, payload));
                    Assert.Equal((LinkStatus.Answered, TimeSpan.FromTicks(payload.Length + key.Length)), (answer.Status, answer.Time));
                    Assert.Equal(payload, answer.Payload.ToArray());
                }
            },
            Cancel)));
        Assert.InRange(client.Count, 1, 64);
    }

    [Fact]
    public async Task Call_OfEveryKind_SaysAllThatItHas()
    {
        var asked = new ConcurrentQueue<LinkRequest>();
        var address = await ServeAsync(request =>
        {
            asked.Enqueue(request with { Payload = request.Payload.ToArray() });
            return new(request.Key switch
            {
                "gone" => LinkAnswer.NotHere,
                "refused" => LinkAnswer.Refusal(7, "nein – zu groß", TimeSpan.FromSeconds(3)),
                "refused for good" => LinkAnswer.Refusal(1, "", null),
                _ => LinkAnswer.Of(new byte[] { 1, 2 }, TimeSpan.Zero),
            });
        });
        var client = Client();
        Assert.Equal(LinkStatus.NotHere, (await CallAsync(client, address, new LinkRequest("gone", default))).Status);
        var refused = await CallAsync(client, address, new LinkRequest("refused", default));
        Assert.Equal((LinkStatus.Refused, 7, "nein – zu groß", TimeSpan.FromSeconds(3)), (refused.Status, refused.Code, refused.Message, refused.Time));
        var forGood = await CallAsync(client, address, new LinkRequest("refused for good", default));
        Assert.Equal((LinkStatus.Refused, 1, "", null), (forGood.Status, forGood.Code, forGood.Message, forGood.Time));
        var answered = await CallAsync(client, address, new LinkRequest("ü/1", new byte[] { 9 }, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        Assert.Equal([1, 2], answered.Payload.ToArray());

        var last = asked.Last();
        Assert.Equal(("ü/1", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), (last.Key, last.TraceParent));
        Assert.Equal([9], last.Payload.ToArray());
        Assert.Null(asked.First().TraceParent);
    }

    /// <summary>Another process may have got the port of one that died.</summary>
    [Fact]
    public async Task Process_OfAnotherToken_AnswersNothing()
    {
        var address = await ServeAsync(_ => throw new InvalidOperationException("asked by a stranger"));
        var client = Client();
        var other = address with { Token = Guid.NewGuid() };
        Assert.False(client.TryCall(other, new LinkRequest("k", default), out _));
        await UntilAsync("both sides to say so", () => _log.Lines.Any(line => line.Contains("without knowing this process' token", StringComparison.Ordinal)) && _log.Lines.Any(line => line.StartsWith("No link to", StringComparison.Ordinal)));
        Assert.Equal((0, 0), (client.Count, _server!.Count));
    }

    /// <summary>Who is not reached is not tried by every request, and the log says it once.</summary>
    [Fact]
    public async Task Process_ThatCannotBeReached_IsTriedAgainLater()
    {
        using var listening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen();
        var tries = 0;
        var accepting = Task.Run(
            async () =>
            {
                while (true)
                {
                    using var accepted = await listening.AcceptAsync(Cancel);
                    Interlocked.Increment(ref tries);
                }
            },
            Cancel);
        var address = new LinkAddress((IPEndPoint)listening.LocalEndPoint!, Guid.NewGuid());
        var client = Client();
        Assert.False(client.TryCall(address, new LinkRequest("k", default), out _));
        await UntilAsync("the first try to fail", () => _log.Lines.Any(line => line.StartsWith("No link to", StringComparison.Ordinal)));
        for (var i = 0; i < 100; i++)
        {
            Assert.False(client.TryCall(address, new LinkRequest("k", default), out _));
        }

        await Task.Delay(200, Cancel);
        Assert.Equal(1, Volatile.Read(ref tries));
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.False(client.TryCall(address, new LinkRequest("k", default), out _));
        await UntilAsync("the second try", () => Volatile.Read(ref tries) == 2);
        await Task.Delay(200, Cancel);
        Assert.Single(_log.Lines, line => line.StartsWith("No link to", StringComparison.Ordinal));
        await _deadline.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting);
    }

    /// <summary>The first call of a link that is to be opened goes another way, and nobody waits.</summary>
    [Fact]
    public async Task Request_ThatNoLinkCanCarry_IsLeftToTheCaller()
    {
        var address = await ServeAsync(_ => new(LinkAnswer.NotHere));
        var client = Client();
        Assert.False(client.TryCall(address, new LinkRequest("k", default), out _));
        await CallAsync(client, address, new LinkRequest("k", default));
        Assert.False(client.TryCall(address, new LinkRequest("k", new byte[LinkFrames.Most]), out _));
        Assert.False(client.TryCall(address, new LinkRequest(new string('k', LinkFrames.MostKey + 1), default), out _));
        Assert.Equal(LinkStatus.NotHere, (await CallAsync(client, address, new LinkRequest("k", default))).Status);
        Assert.InRange(client.Count, 1, 4);
    }

    [Fact]
    public async Task Run_ThatThrows_EndsItsLinkAlone()
    {
        var address = await ServeAsync(request => request.Key == "bad" ? throw new InvalidOperationException("bad luck") : new(LinkAnswer.NotHere));
        var client = Client();
        await Assert.ThrowsAsync<LinkLostException>(() => CallAsync(client, address, new LinkRequest("bad", default)));
        Assert.Equal(LinkStatus.NotHere, (await CallAsync(client, address, new LinkRequest("good", default))).Status);
        await UntilAsync("the log", () => _log.Lines.Any(line => line.StartsWith("A request on a link failed", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Server_ThatStops_AnswersWhatItRuns()
    {
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var mayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var address = await ServeAsync(async request =>
        {
            if (request.Key == "long")
            {
                running.SetResult();
                await mayEnd.Task;
            }

            return LinkAnswer.Of(new byte[] { 5 }, TimeSpan.Zero);
        });
        var client = Client();
        await Task.WhenAll(CallAsync(client, address, new LinkRequest("short", default)), CallAsync(client, address, new LinkRequest("short", default)));
        var call = CallAsync(client, address, new LinkRequest("long", default));
        await running.Task.WaitAsync(Cancel);
        var stop = _server!.DisposeAsync().AsTask();
        Assert.Equal(LinkStatus.NotHere, (await CallAsync(client, address, new LinkRequest("short", default))).Status);
        mayEnd.SetResult();
        Assert.Equal([5], (await call).Payload.ToArray());
        await stop.WaitAsync(Cancel);
        await UntilAsync("the client to see it", () => client.Count == 0);
        Assert.False(client.TryCall(address, new LinkRequest("short", default), out _));
    }

    [Fact]
    public async Task Server_ThatIsSilent_IsGivenUp()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var never = new TaskCompletionSource<LinkAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        var address = await ServeAsync(_ =>
        {
            asked.SetResult();
            return new(never.Task);
        });
        var client = Client();
        var call = CallAsync(client, address, new LinkRequest("k", default));
        await asked.Task.WaitAsync(Cancel);
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(call.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));
        var lost = await Assert.ThrowsAsync<LinkLostException>(() => call);
        Assert.Equal(("No answer in 30 s.", true), (lost.Message, lost.IsSilence));
        never.SetResult(LinkAnswer.NotHere);
    }

    /// <summary>What has not been asked yet does not wait as long as what has: it goes another way, until there is an answer.</summary>
    [Fact]
    public async Task Server_ThatIsSilent_IsAskedNoMore()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var mayAnswer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var address = await ServeAsync(async request =>
        {
            if (request.Key == "held")
            {
                asked.SetResult();
                await mayAnswer.Task;
            }

            return LinkAnswer.NotHere;
        });
        var client = Client();
        var held = CallAsync(client, address, new LinkRequest("held", default));
        await asked.Task.WaitAsync(Cancel);
        _time.Advance(TimeSpan.FromSeconds(4));
        await CallAsync(client, address, new LinkRequest("k", default));
        _time.Advance(TimeSpan.FromSeconds(4));

        // It has answered meanwhile, if not this one.
        await CallAsync(client, address, new LinkRequest("k", default));
        _time.Advance(TimeSpan.FromSeconds(6));
        for (var i = 0; i < 20; i++)
        {
            Assert.False(client.TryCall(address, new LinkRequest("k", default), out _));
            await Task.Delay(5, Cancel);
        }

        mayAnswer.SetResult();
        await held;
        _time.Advance(TimeSpan.FromSeconds(1));
        await CallAsync(client, address, new LinkRequest("k", default));
    }

    /// <summary>Whoever reaches the port can open connections: they must not cost more than some.</summary>
    [Fact]
    public async Task Strangers_BeyondMany_AreCutOff()
    {
        var address = await ServeAsync(_ => new(LinkAnswer.NotHere));
        var strangers = new List<Socket>();
        try
        {
            for (var i = 0; i < 64; i++)
            {
                strangers.Add(await ConnectedAsync(address));
            }

            await UntilAsync("all to be there", () => _server!.Count == 64);
            for (var i = 0; i < 3; i++)
            {
                // Cut off as soon as it is there, which may be before it has heard that it is connected.
                await Assert.ThrowsAsync<SocketException>(async () =>
                {
                    using var beyond = await ConnectedAsync(address);
                    await beyond.ReceiveAsync(new byte[1], Cancel);
                });
            }

            Assert.Equal(64, _server!.Count);
            Assert.Single(_log.Lines, line => line.Contains("without knowing this process' token", StringComparison.Ordinal));
        }
        finally
        {
            strangers.ForEach(stranger => stranger.Dispose());
        }

        await UntilAsync("all to be gone", () => _server!.Count == 0);
        Assert.Equal(LinkStatus.NotHere, (await CallAsync(Client(), address, new LinkRequest("k", default))).Status);
    }

    [Fact]
    public async Task Links_ThatNobodyUses_End()
    {
        var address = await ServeAsync(_ => new(LinkAnswer.NotHere));
        var client = Client();
        await CallAsync(client, address, new LinkRequest("k", default));
        _time.Advance(TimeSpan.FromSeconds(59));
        await CallAsync(client, address, new LinkRequest("k", default));
        Assert.InRange(client.Count, 1, 4);
        await UntilAsync("both sides to have none", () =>
        {
            // One that was being opened, or was in use still, is younger.
            _time.Advance(TimeSpan.FromSeconds(61));
            return client.Count == 0 && _server!.Count == 0;
        });
        Assert.Equal(LinkStatus.NotHere, (await CallAsync(client, address, new LinkRequest("k", default))).Status);
    }

    /// <summary>What waits for an answer goes on on the thread that received it. As long as it keeps that thread, nobody else is given its link.</summary>
    [Fact]
    public async Task Caller_ThatKeepsItsThread_KeepsNobodyElse()
    {
        var mayAnswer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var address = await ServeAsync(async request =>
        {
            if (request.Key == "held")
            {
                await mayAnswer.Task;
            }

            return LinkAnswer.Of(request.Payload.ToArray(), TimeSpan.Zero);
        });
        var client = Client();
        using var mayGoOn = new ManualResetEventSlim();
        var isHeld = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = HoldAsync();
        mayAnswer.SetResult();
        Assert.Equal("MLOps connection", await isHeld.Task.WaitAsync(Cancel));
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal([(byte)i], (await CallAsync(client, address, new LinkRequest("k", new[] { (byte)i }))).Payload.ToArray());
        }

        mayGoOn.Set();
        await held;

        async Task HoldAsync()
        {
            Task<LinkAnswer>? answer;
            while (!client.TryCall(address, new LinkRequest("held", default), out answer))
            {
                Thread.Sleep(1);
            }

            await answer.ConfigureAwait(false);
            isHeld.SetResult(Thread.CurrentThread.Name);
            mayGoOn.Wait(Cancel);
        }
    }

    /// <summary>Bytes after the greeting that are no frame, or no request: the link ends, the server goes on.</summary>
    [Theory]
    [InlineData(new byte[] { 255, 255, 255, 255 })]
    [InlineData(new byte[] { 255, 255, 255, 127 })]
    [InlineData(new byte[] { 4, 0, 0, 0, 1, 2, 3, 4 })]
    [InlineData(new byte[] { 8, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 8, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 8, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 127 })]
    [InlineData(new byte[] { 8, 0 })]
    public async Task Bytes_ThatAreNoRequest_EndTheirLink(byte[] bytes)
    {
        var address = await ServeAsync(_ => new(LinkAnswer.NotHere));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address.Endpoint, Cancel);
        await socket.SendAsync((byte[])[.. "MLOPSL01"u8, .. address.Token.ToByteArray()], Cancel);
        var greeting = new byte[8];
        Assert.Equal(8, await socket.ReceiveAsync(greeting, Cancel));
        Assert.Equal("MLOPSA01", Encoding.ASCII.GetString(greeting));
        await socket.SendAsync(bytes, Cancel);
        if (bytes.Length < 4)
        {
            socket.Shutdown(SocketShutdown.Send);
        }

        await UntilAsync("the link to end", () => _server!.Count == 0);
        Assert.Equal(LinkStatus.NotHere, (await CallAsync(Client(), address, new LinkRequest("k", default))).Status);
    }

    [Fact]
    public void Request_OfAnyBytes_IsReadOrRefused()
    {
        var random = new Random(3);
        var refused = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            if (bytes.Length >= 8 && random.Next(4) > 0)
            {
                // Lengths that might be.
                bytes.AsSpan(1, 3).Clear();
                bytes.AsSpan(5, 3).Clear();
                (bytes[0], bytes[4]) = ((byte)(bytes[0] % 40), (byte)(bytes[4] % 40));
            }

            var known = default(KnownText);
            try
            {
                var request = LinkFrames.Request(bytes, ref known);
                Assert.True(Encoding.UTF8.GetByteCount(request.Key) <= 3 * bytes.Length && request.Payload.Length <= bytes.Length - 8);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 20_000, 90_000);
    }

    [Theory]
    [InlineData("127.0.0.1:9/0af7651916cd43dd8448eb211c80319c", true)]
    [InlineData("[::1]:9/0af7651916cd43dd8448eb211c80319c", true)]
    [InlineData("127.0.0.1:9/0af7651916cd43dd8448eb211c80319", false)]
    [InlineData("127.0.0.1:99999/0af7651916cd43dd8448eb211c80319c", false)]
    [InlineData("/0af7651916cd43dd8448eb211c80319c", false)]
    [InlineData("silo:9/0af7651916cd43dd8448eb211c80319c", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Address_AsText_IsReadBack(string? text, bool isGood)
    {
        Assert.Equal(isGood, LinkAddress.TryParse(text, out var address));
        Assert.Equal(isGood ? text : null, address?.ToString());
    }

    private async Task<LinkAddress> ServeAsync(Func<LinkRequest, ValueTask<LinkAnswer>> answer, int threads = 2)
    {
        _server = await LinkServer.StartAsync(Sockets(threads), new IPEndPoint(IPAddress.Loopback, 0), IPAddress.Loopback, answer, TimeProvider.System, _log);
        Assert.True(LinkAddress.TryParse(_server.Address.ToString(), out var address));
        return address;
    }

    private async Task<Socket> ConnectedAsync(LinkAddress address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address.Endpoint, Cancel);
        return socket;
    }

    private LinkClient Client(int threads = 2)
    {
        var client = new LinkClient(Sockets(threads), _time, _log);
        _made.Add(client);
        return client;
    }

    private SocketConnections Sockets(int threads)
    {
        var sockets = new SocketConnections(Options.Create(new ConnectionOptions { Threads = threads }), Options.Create(new SocketTransportOptions()), TimeProvider.System, NullLoggerFactory.Instance);
        _made.Add(sockets);
        return sockets;
    }

    /// <summary>As soon as there is a link that is free.</summary>
    private async Task<LinkAnswer> CallAsync(LinkClient client, LinkAddress address, LinkRequest request)
    {
        Task<LinkAnswer>? answer;
        while (!client.TryCall(address, request, out answer))
        {
            await Task.Delay(1, Cancel);
        }

        return await answer.WaitAsync(Cancel);
    }

    private async Task UntilAsync(string what, Func<bool> met)
    {
        while (!met())
        {
            Assert.False(Cancel.IsCancellationRequested, $"Waited for {what}. The log: {string.Join('\n', _log.Lines)}");
            await Task.Delay(10, CancellationToken.None);
        }
    }

    private sealed class Logged : ILogger<LinkClient>
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IEnumerable<string> Lines => _lines;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue(formatter(state, exception));
    }
}
