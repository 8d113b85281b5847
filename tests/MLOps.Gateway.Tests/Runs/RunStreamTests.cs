using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Gateway.Runs;

namespace MLOps.Gateway.Tests.Runs;

public sealed class RunStreamTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Look_AnotherProgramWrote_SendsWhatIsNewAndNothingTwice()
    {
        var http = new DefaultHttpContext();
        using var body = new MemoryStream();
        http.Response.Body = body;
        var stream = new RunStream(http.Response, JsonSerializerOptions.Web);
        stream.Know(Run(RunStatus.Running, new Metric("loss", 0.5, 1, 1)));

        await stream.LookAsync(Run(RunStatus.Running, new Metric("loss", 0.5, 1, 1)), Ct);
        Assert.Equal(0, body.Length);

        var later = Run(RunStatus.Finished, new Metric("loss", 0.4, 2, 2), new Metric("accuracy", 0.9, 1, 0));
        await stream.LookAsync(later, Ct);
        await stream.LookAsync(later, Ct);
        var events = Encoding.UTF8.GetString(body.ToArray()).Split('\n').Where(line => line.StartsWith("event: ", StringComparison.Ordinal));
        Assert.Equal(["event: metric", "event: metric", "event: run"], events);
    }

    [Fact]
    public async Task Read_TheWatcherIsTooSlow_LosesTheOldestAndSaysHowMany()
    {
        var subscriber = new RunSubscriber(capacity: 3);
        await subscriber.OnMetricsAsync([.. Enumerable.Range(0, 10).Select(i => new Metric("loss", i, i, i))]);
        var read = new List<double>();
        await foreach (var happened in subscriber.ReadAsync(TimeSpan.FromMinutes(1), TimeProvider.System, Ct))
        {
            read.Add(((Metric)happened).Value);

            // It goes on logging while the watcher reads; the reader still ends.
            await subscriber.OnMetricsAsync([new Metric("loss", 99, 99, 99)]);
        }

        Assert.Equal([7, 8, 9], read);
        Assert.Equal(7, subscriber.TakeLost());
        Assert.Equal(0, subscriber.TakeLost());
    }

    private static Run Run(RunStatus status, params Metric[] metrics) =>
        new(new RunInfo("r", "0", "name", "quant", status, 1, null, "mlflow-artifacts:/0/r/artifacts", LifecycleStage.Active), metrics, [], [], []);
}
