using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Tests.Storage;

namespace MLOps.Tracking.Tests.Runs;

public class TrialsTests : StoreTests
{
    private const string Ratio = "ratio";

    [Fact]
    public async Task Trials_OfAnExperimentWithoutOthers_AreNone()
    {
        await using var store = new OpenStore(DatabaseUri());
        var experiment = await ExperimentAsync(store);
        Assert.Equal(0, (await TrialsAsync(store, experiment)).Count);
        var own = await TryAsync(store, experiment, 0.5);

        Assert.Equal(0, (await TrialsAsync(store, experiment, own)).Count);
        var alone = await TrialsAsync(store, experiment);
        Assert.Equal(1, alone.Count);
        Assert.Equal([0.5], alone.Values);
    }

    [Fact]
    public async Task Trials_WhateverBecameOfThem_CountOnceAndHaveTheirLatestValue()
    {
        await using var store = new OpenStore(DatabaseUri());
        var experiment = await ExperimentAsync(store);
        await TryAsync(store, experiment, 0.1, RunStatus.Finished);
        await TryAsync(store, experiment, null, RunStatus.Failed);
        await TryAsync(store, experiment, -0.2, RunStatus.Killed);
        await TryAsync(store, experiment, null, RunStatus.Running);
        await store.Tracking.DeleteRunAsync(await TryAsync(store, experiment, 0.3), Cancelled);
        await store.Tracking.DeleteRunAsync(await TryAsync(store, experiment, null, RunStatus.Killed), Cancelled);
        var corrected = await TryAsync(store, experiment, 9);
        await store.Tracking.LogBatchAsync(corrected, A.Metric(Ratio, 0.4, timestamp: 2), Cancelled);
        await TryAsync(store, "0", 0.9);

        var trials = await TrialsAsync(store, experiment);
        Assert.Equal(7, trials.Count);
        Assert.Equal([-0.2, 0.1, 0.3, 0.4], trials.Values.Order());
    }

    /// <summary>What is no ratio: it was tried, and has nothing to take a variance of.</summary>
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public async Task Trials_ThatAreNoNumber_CountWithoutAValue(double value)
    {
        await using var store = new OpenStore(DatabaseUri());
        var experiment = await ExperimentAsync(store);
        await TryAsync(store, experiment, value);
        await TryAsync(store, experiment, 0.1);

        var trials = await TrialsAsync(store, experiment);
        Assert.Equal(2, trials.Count);
        Assert.Equal([0.1], trials.Values);
    }

    [Fact]
    public async Task Trials_ThatHaveNotBegun_AreNoneUnlessTheyHaveAValue()
    {
        await using var store = new OpenStore(DatabaseUri());
        var experiment = await ExperimentAsync(store);
        await TryAsync(store, experiment, null, RunStatus.Scheduled);
        await TryAsync(store, experiment, 0.1, RunStatus.Scheduled);

        Assert.Equal(1, (await TrialsAsync(store, experiment)).Count);
    }

    /// <summary>A parent groups what it names; where it has a value of its own, it was tried itself. A tag that nobody wrote a value into names no parent.</summary>
    [Fact]
    public async Task Trials_OfParents_AreTheirChildren()
    {
        await using var store = new OpenStore(DatabaseUri());
        var experiment = await ExperimentAsync(store);
        var grouping = await TryAsync(store, experiment, null);
        var tried = await TryAsync(store, experiment, 0.5);
        foreach (var parent in (string[])[grouping, grouping, tried, ""])
        {
            await TryAsync(store, experiment, null, RunStatus.Failed, new KeyValue("mlflow.parentRunId", parent));
        }

        var trials = await TrialsAsync(store, experiment);
        Assert.Equal(5, trials.Count);
        Assert.Equal([0.5], trials.Values);
    }

    [Fact]
    public async Task Trials_WithATagThatSaysThatTheyAreNone_AreNone()
    {
        await using var store = new OpenStore(DatabaseUri());
        var experiment = await ExperimentAsync(store);
        await TryAsync(store, experiment, 0.5, RunStatus.Finished, new KeyValue("search", "a"));
        await TryAsync(store, experiment, null, RunStatus.Finished, new KeyValue("batch", "b"), new KeyValue("search", "c"));
        await TryAsync(store, experiment, 0.2, RunStatus.Finished, new KeyValue("other", "d"));

        var trials = await TrialsAsync(store, experiment);
        Assert.Equal(1, trials.Count);
        Assert.Equal([0.2], trials.Values);
    }

    /// <summary>More than a page of an upstream server has.</summary>
    [Fact]
    public async Task Trials_OfMoreThanAPage_AreAllCounted()
    {
        const int Runs = 1100;
        await using var store = new OpenStore(DatabaseUri());
        var experiment = await ExperimentAsync(store);
        await Parallel.ForEachAsync(Enumerable.Range(0, Runs), Cancelled, async (i, _) => await TryAsync(store, experiment, i % 2 == 0 ? i : null));

        var trials = await TrialsAsync(store, experiment);
        Assert.Equal(Runs, trials.Count);
        Assert.Equal(Enumerable.Range(0, Runs / 2).Select(i => 2.0 * i), trials.Values.Order());
    }

    private static Task<string> ExperimentAsync(OpenStore store) => store.Tracking.CreateExperimentAsync(new CreateExperiment(A.RunId(), null, []), Cancelled);

    private static Task<ExperimentTrials> TrialsAsync(OpenStore store, string experiment, string except = "none") =>
        store.Tracking.GetTrialsAsync(new TrialQuery(experiment, Ratio, except, ["search", "batch"]), Cancelled);

    private static async Task<string> TryAsync(OpenStore store, string experiment, double? value, RunStatus status = RunStatus.Finished, params KeyValue[] tags)
    {
        var run = (await store.Tracking.CreateRunAsync(A.RunId(), A.Run(experiment, tags: tags), Cancelled)).Info.RunId;
        if (value is { } ratio)
        {
            await store.Tracking.LogBatchAsync(run, A.Metric(Ratio, ratio), Cancelled);
        }

        await store.Tracking.UpdateRunAsync(run, new UpdateRun(status, 2, null), Cancelled);
        return run;
    }
}
