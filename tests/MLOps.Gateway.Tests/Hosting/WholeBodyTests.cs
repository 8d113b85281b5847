using System.Buffers;
using System.IO.Pipelines;
using MLOps.Gateway.Hosting;

namespace MLOps.Gateway.Tests.Hosting;

public sealed class WholeBodyTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadWhole_WokenUpByAServerThatStops_WaitsForTheRest()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(new byte[] { 1, 2 }, Cancelled);
        var reading = pipe.Reader.ReadWholeAsync(4, Cancelled).AsTask();
        pipe.Reader.CancelPendingRead();
        await Task.Delay(50, Cancelled);
        Assert.False(reading.IsCompleted);

        await pipe.Writer.WriteAsync(new byte[] { 3, 4 }, Cancelled);
        Assert.Equal([1, 2, 3, 4], (await reading).Buffer.ToArray());
    }

    [Fact]
    public async Task ReadWhole_WokenUpWithAllThere_IsDone()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(new byte[] { 1, 2 }, Cancelled);
        pipe.Reader.CancelPendingRead();
        Assert.Equal([1, 2], (await pipe.Reader.ReadWholeAsync(2, Cancelled)).Buffer.ToArray());
    }
}
