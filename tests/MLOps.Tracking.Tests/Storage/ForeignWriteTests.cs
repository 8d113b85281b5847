using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Testing;

namespace MLOps.Tracking.Tests.Storage;

/// <summary>Another program, such as MLflow's own command line, on the same SQLite file.</summary>
public sealed class ForeignWriteTests
{
    private const int Rounds = 30;

    /// <summary>As long as a glance at the database is trusted, and a little more.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(2);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatIsKept_ThenChangedByAnotherProgram_IsReadAnewAtOnce()
    {
        using var folder = new TemporaryFolder();
        await using var here = new OpenStore("sqlite:///" + folder.Combine("shared.db"));
        await using var other = new OpenStore("sqlite:///" + folder.Combine("shared.db"));
        var run = await here.Tracking.RunAsync();
        for (var round = 0; round < Rounds; round++)
        {
            // Read again and again, so that it is kept.
            for (var reads = 0; reads < 20; reads++)
            {
                await here.Tracking.GetRunAsync(run, Cancelled);
            }

            var expected = new KeyValue("round", $"{round}");
            await other.Tracking.LogBatchAsync(run, LogBatch.OfTag(expected.Key, expected.Value), Cancelled);
            await Task.Delay(Glance, Cancelled);
            Assert.Contains(expected, (await here.Tracking.GetRunAsync(run, Cancelled)).Tags);
        }
    }

    [Fact]
    public async Task WhatIsKept_WhileBothWrite_IsNeverOlderThanOurOwnWrite()
    {
        using var folder = new TemporaryFolder();
        await using var here = new OpenStore("sqlite:///" + folder.Combine("shared.db"));
        await using var other = new OpenStore("sqlite:///" + folder.Combine("shared.db"));
        var run = await here.Tracking.RunAsync();
        for (var round = 0; round < Rounds; round++)
        {
            await here.Tracking.GetRunAsync(run, Cancelled);
            await Task.WhenAll(
                other.Tracking.LogBatchAsync(run, LogBatch.OfTag("other", $"{round}"), Cancelled),
                here.Tracking.LogBatchAsync(run, LogBatch.OfTag("here", $"{round}"), Cancelled));
            Assert.Contains(new KeyValue("here", $"{round}"), (await here.Tracking.GetRunAsync(run, Cancelled)).Tags);
        }
    }
}
