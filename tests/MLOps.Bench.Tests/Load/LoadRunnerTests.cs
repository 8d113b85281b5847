using System.Net;
using System.Net.Sockets;
using System.Text;
using MLOps.Bench.Load;

namespace MLOps.Bench.Tests.Load;

public sealed class LoadRunnerTests
{
    private static readonly Uri Server = new("http://127.0.0.1:1");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_ServerThatNeverAnswers_FailsEveryCallUnderWay()
    {
        var runner = new LoadRunner(Server, 3, TimeSpan.Zero, TimeSpan.FromMilliseconds(20), null) { Patience = TimeSpan.FromMilliseconds(20) };
        var (latencies, errors) = await runner.MeasureAsync(Scenario(stop => Task.Delay(Timeout.Infinite, stop)), TextWriter.Null, Cancelled);
        Assert.Empty(latencies);
        Assert.Equal(3, errors);
    }

    [Fact]
    public async Task Run_CallsGiven_CountsEachAndReportsThem()
    {
        List<LoadResult> results = [];
        var runner = new LoadRunner(Server, 2, TimeSpan.Zero, TimeSpan.Zero, 5, null, results.Add);
        Assert.Equal(0, await runner.RunAsync([Scenario(_ => Task.CompletedTask)], [], TextWriter.Null, Cancelled));
        Assert.Equal(2, Assert.Single(results).Connections);
    }

    [Fact]
    public async Task Run_CallsThatFail_AreErrorsAndNoFigures()
    {
        List<LoadResult> results = [];
        using var output = new StringWriter();
        var runner = new LoadRunner(Server, 2, TimeSpan.Zero, TimeSpan.Zero, 5, null, results.Add);
        Assert.Equal(1, await runner.RunAsync([Scenario(_ => throw new IOException("cut off"))], [], output, Cancelled));
        Assert.Contains("cut off", output.ToString(), StringComparison.Ordinal);
        Assert.Empty(results);
    }

    [Fact]
    public async Task Run_CallsLongerThanTheMeasuredTime_SaysThatThereWereNone()
    {
        using var output = new StringWriter();
        var runner = new LoadRunner(Server, 1, TimeSpan.FromMilliseconds(100), TimeSpan.Zero, null);
        Assert.Equal(0, await runner.RunAsync([Scenario(_ => Task.Delay(1000, Cancelled))], [], output, Cancelled));
        Assert.Contains("more --seconds", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Overload_ServerThatClosesEveryConnection_CountsErrorsAndGoesOn()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var closing = Task.Run(
            async () =>
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync(stop.Token);
                }
            },
            Cancelled);
        using var output = new StringWriter();
        var url = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        var suite = new OverloadSuite(url, new Scenario("infer-binary", (_, _) => new LoadRequest("GET", "", default)), 2, TimeSpan.Zero, TimeSpan.FromMilliseconds(50));
        Assert.Equal(1, await suite.RunAsync(output, Cancelled));
        Assert.Contains("first error", output.ToString(), StringComparison.Ordinal);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => closing);
    }

    [Fact]
    public async Task Send_AnswerWithoutALength_IsNoAnswer()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var connection = await RawConnection.OpenAsync(new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"), Cancelled);
        using var client = await listener.AcceptTcpClientAsync(Cancelled);
        var asked = connection.SendAsync(new LoadRequest("GET", "", default), Cancelled);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nServer: x\r\n\r\nbody"), Cancelled);
        Assert.Contains("without a length", (await Assert.ThrowsAsync<IOException>(() => asked)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Meter_ProcessThatIsNotThere_SaysWhich() =>
        Assert.Contains("2147483647", Assert.Throws<NotSupportedException>(() => new ProcessorMeter([("server", int.MaxValue)]).Read()).Message, StringComparison.Ordinal);

    private static Scenario Scenario(Func<CancellationToken, Task> answer) =>
        new("asked", (_, _) => new LoadRequest("GET", "", default), _ => Task.FromResult<ILoadConnection>(new Connection(answer)));

    private sealed class Connection(Func<CancellationToken, Task> answer) : ILoadConnection
    {
        public async Task<(int Status, string? Error)> SendAsync(LoadRequest request, CancellationToken cancellationToken)
        {
            await answer(cancellationToken);
            return (200, null);
        }

        public void Dispose()
        {
        }
    }
}
