using MLOps.Contracts.Experiments;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Testing;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Tests.Storage;

/// <summary>Two programs on one PostgreSQL database, as the platform and a MLflow server beside it.</summary>
public sealed class TwoWritersTests(PostgresServer server)
{
    private const int Each = 40;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_OfOneRunFromBoth_AreAllKeptAndTheLatestIsTheGreatest()
    {
        var uri = Postgres.Database(server);
        await using var one = new OpenStore(uri);
        await using var two = new OpenStore(uri);
        var run = await one.Tracking.RunAsync();
        await BothAsync(one, two, (store, i) => store.Tracking.LogBatchAsync(run, new LogBatch([new Metric("m", i, i, i), new Metric("n", -i, i, 0)], [], []), Cancelled));
        Assert.Equal(2 * Each, (await one.Tracking.GetMetricHistoryAsync(run, "m", null, null, Cancelled)).Items.Count);
        var metrics = (await SeenAsync(two, run, read => read.Metrics.Count == 2 && read.Metrics.All(metric => metric.Timestamp == (2 * Each) - 1))).Metrics.ToDictionary(metric => metric.Key);
        Assert.Equal((2 * Each) - 1, metrics["m"].Step);
        Assert.Equal(1 - (2 * Each), metrics["n"].Value);
    }

    [Fact]
    public async Task Parameter_GivenByBothWithTwoValues_HasOneAndTheOtherIsRefused()
    {
        var uri = Postgres.Database(server);
        await using var one = new OpenStore(uri);
        await using var two = new OpenStore(uri);
        var run = await one.Tracking.RunAsync();
        var refused = 0;
        await BothAsync(one, two, async (store, i) =>
        {
            try
            {
                await store.Tracking.LogBatchAsync(run, LogBatch.OfParam($"p{i / 2}", store == one ? "one" : "two"), Cancelled);
            }
            catch (MLOpsException exception) when (exception.Code == ProblemCode.InvalidArgument)
            {
                Interlocked.Increment(ref refused);
            }
        });
        Assert.Equal(Each, refused);
        Assert.Equal(Each, (await SeenAsync(one, run, read => read.Params.Count == Each)).Params.Count);
    }

    [Fact]
    public async Task Versions_MadeByBoth_HaveEachANumberOfItsOwn()
    {
        var uri = Postgres.Database(server);
        await using var one = new OpenStore(uri);
        await using var two = new OpenStore(uri);
        await one.Registry.CreateRegisteredModelAsync("m", null, [], Cancelled);
        var numbers = new System.Collections.Concurrent.ConcurrentBag<int>();
        await BothAsync(one, two, async (store, _) =>
            numbers.Add((await store.Registry.CreateModelVersionAsync("m", new CreateModelVersion("s3://b/m", null, null, null, []), Cancelled)).Version));
        Assert.Equal(Enumerable.Range(1, 2 * Each), numbers.Order());

        await BothAsync(one, two, (store, i) => store.Registry.TransitionStageAsync("m", new TransitionStage(i + 1, ModelStage.Production, ArchiveExisting: true, "quant", null), Cancelled));
        Assert.Single(await one.Registry.GetLatestVersionsAsync("m", [ModelStage.Production], Cancelled));
        var versions = await one.Registry.SearchModelVersionsAsync(new SearchModels("name = 'm'", [], 1000, null), Cancelled);
        Assert.Single(versions.Items, version => version.Stage == ModelStage.Production);
    }

    [Fact]
    public async Task Names_TakenByBoth_AreMadeOnce()
    {
        var uri = Postgres.Database(server);
        await using var one = new OpenStore(uri);
        await using var two = new OpenStore(uri);
        var taken = 0;
        await BothAsync(one, two, async (store, i) =>
        {
            try
            {
                await store.Tracking.CreateExperimentAsync(new CreateExperiment($"e{i / 2}", null, []), Cancelled);
            }
            catch (MLOpsException exception) when (exception.Code == ProblemCode.AlreadyExists)
            {
                Interlocked.Increment(ref taken);
            }
        });
        Assert.Equal(Each, taken);
    }

    [Fact]
    public async Task RowsThatBothChange_InOppositeOrders_AreChangedByBoth()
    {
        var uri = Postgres.Database(server);
        await using var one = new OpenStore(uri);
        await using var two = new OpenStore(uri);
        await one.Tracking.CreateExperimentAsync(new CreateExperiment("x", null, []), Cancelled);
        await one.Tracking.CreateExperimentAsync(new CreateExperiment("y", null, []), Cancelled);

        // Each changes its first row, and only when both have, its second, in the same transaction: neither can have the other's row before that ends.
        using var both = new Barrier(2);
        Task[] writes = [.. Writes(one, "x", "y"), .. Writes(two, "y", "x")];
        await Task.WhenAll(writes).WaitAsync(TimeSpan.FromMinutes(1), Cancelled);

        Task[] Writes(OpenStore store, string first, string second)
        {
            var queued = new ManualResetEventSlim();
            var hold = store.Database.WriteAsync(_ => queued.Wait(Cancelled), Cancelled);
            var a = store.Database.WriteAsync(
                session =>
                {
                    Assert.Equal(1, Touch(session, first));
                    both.SignalAndWait(Cancelled);
                },
                Cancelled);
            var b = store.Database.WriteAsync(session => Assert.Equal(1, Touch(session, second)), Cancelled);
            queued.Set();
            return [hold, a, b];
        }

        static int Touch(SqlSession session, string name) =>
            session.Execute("UPDATE experiments SET last_update_time = last_update_time + 1 WHERE name = $0", name);
    }

    [Fact]
    public async Task WhatWasRead_ThenChangedByTheOther_IsSeenAsItIs()
    {
        var uri = Postgres.Database(server);
        await using var one = new OpenStore(uri);
        await using var two = new OpenStore(uri);
        var run = await one.Tracking.RunAsync();
        for (var i = 0; i < 5; i++)
        {
            await one.Tracking.GetRunAsync(run, Cancelled);
            await one.Tracking.GetRunAsync(run, Cancelled);
            await two.Tracking.LogBatchAsync(run, LogBatch.OfTag("t", $"{i}"), Cancelled);
            var value = $"{i}";
            await SeenAsync(one, run, read => read.Tags.Contains(new KeyValue("t", value)));
        }
    }

    /// <summary>Each store does every second piece of work, several at a time.</summary>
    private static async Task BothAsync(OpenStore one, OpenStore two, Func<OpenStore, int, Task> work) =>
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 2 * Each),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancelled },
            async (i, _) => await work(i % 2 == 0 ? one : two, i));

    /// <summary>The other program's write is seen soon, not at once.</summary>
    private static async Task<Run> SeenAsync(OpenStore store, string run, Func<Run, bool> condition)
    {
        for (var attempt = 0; attempt < 500; attempt++)
        {
            var read = await store.Tracking.GetRunAsync(run, Cancelled);
            if (condition(read))
            {
                return read;
            }

            await Task.Delay(20, Cancelled);
        }

        throw new TimeoutException("The other program's write was not seen within 10 s.");
    }
}
