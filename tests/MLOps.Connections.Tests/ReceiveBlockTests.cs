using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MLOps.Connections.Sockets;

namespace MLOps.Connections.Tests;

public sealed class ReceiveBlockTests
{
    [Fact]
    public void Rent_AfterAReturn_LendsTheBlockAgain_ToOneOnly()
    {
        using var pool = new ReceiveBlockPool();
        var first = pool.Rent(100);
        Assert.Equal(ReceiveBlockPool.BlockSize, first.Memory.Length);
        first.Dispose();
        first.Dispose();
        Assert.Equal(1, pool.Idle);
        using var again = pool.Rent();
        using var other = pool.Rent();
        Assert.Same(first, again);
        Assert.NotSame(first, other);
        Assert.Equal(0, pool.Idle);
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(ReceiveBlockPool.BlockSize + 1));
    }

    [Fact]
    public void Return_OfMoreThanAreKept_LeavesThemToTheCollector()
    {
        using var pool = new ReceiveBlockPool();
        var blocks = Enumerable.Range(0, ReceiveBlockPool.MaxIdle + 40).Select(_ => pool.Rent()).ToList();
        blocks.ForEach(block => block.Dispose());
        Assert.Equal(ReceiveBlockPool.MaxIdle, pool.Idle);
    }

    [Fact]
    public async Task Rent_ByManyAtOnce_NeverLendsABlockTwice()
    {
        using var pool = new ReceiveBlockPool();
        await Parallel.ForAsync(0, 8, TestContext.Current.CancellationToken, (worker, _) =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                using var block = pool.Rent();
                block.Memory.Span[0] = (byte)worker;
                using var another = pool.Rent();
                another.Memory.Span[0] = (byte)(worker + 100);
                Assert.Equal((worker, worker + 100), (block.Memory.Span[0], another.Memory.Span[0]));
            }

            return ValueTask.CompletedTask;
        });
        Assert.InRange(pool.Idle, 2, 16);
    }

    /// <summary>Sent whole before it is read: without the factory no piece is longer than the server's own 4 KiB.</summary>
    [Fact]
    public async Task Server_ReadsABodyInPiecesOfABlock()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, ReceiveBlockFactory>();
        await using var app = builder.Build();
        app.Run(async http =>
        {
            var body = await http.Request.BodyReader.ReadAtLeastAsync(90_000, http.RequestAborted);
            var pieces = new List<int>();
            foreach (var piece in body.Buffer)
            {
                pieces.Add(piece.Length);
            }

            var sum = body.Buffer.ToArray().Sum(value => (long)value);
            await http.Response.WriteAsync($"{pieces.Max()} {body.Buffer.Length} {sum}", http.RequestAborted);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        var body = new byte[90_000];
        new Random(7).NextBytes(body);
        using var client = new HttpClient();
        using var answer = await client.PostAsync(new Uri(app.Urls.Single()), new ByteArrayContent(body), TestContext.Current.CancellationToken);
        var told = (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split(' ');
        Assert.Equal("90000", told[1]);
        Assert.Equal(body.Sum(value => (long)value).ToString(CultureInfo.InvariantCulture), told[2]);
        Assert.InRange(int.Parse(told[0], CultureInfo.InvariantCulture), 4097, ReceiveBlockPool.BlockSize);
    }
}
