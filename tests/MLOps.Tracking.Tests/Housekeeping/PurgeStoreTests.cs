using System.Globalization;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Tests.Storage;
using MLOps.Tracking.Tests.Traces;

namespace MLOps.Tracking.Tests.Housekeeping;

public class PurgeStoreTests : StoreTests
{
    private const long Ever = long.MaxValue;

    private static readonly string[] TablesOfRuns = ["metrics", "latest_metrics", "params", "tags"];

    [Fact]
    public async Task Purge_OfADeletedRun_LeavesNoRowOfItAndEveryRowOfTheOthers()
    {
        await using var store = new OpenStore(DatabaseUri());
        var gone = await FullRunAsync(store);
        var kept = await FullRunAsync(store);
        await store.Tracking.DeleteRunAsync(gone, Cancelled);
        var before = await store.Tracking.GetRunAsync(kept, Cancelled);

        var found = Assert.Single(await store.Purge.FindRunsAsync(Ever, null, 10, Cancelled));
        Assert.Equal((gone, "0", $"mlflow-artifacts:/0/{gone}/artifacts"), (found.RunId, found.ExperimentId, found.ArtifactUri));
        Assert.Null(await store.Purge.PurgeRunAsync(gone, Ever, Cancelled));

        Assert.Equal(ProblemCode.NotFound, (await Assert.ThrowsAsync<MLOpsException>(() => store.Tracking.GetRunAsync(gone, Cancelled))).Code);
        foreach (var table in TablesOfRuns.Append("runs"))
        {
            Assert.Equal(0, await CountAsync(store, $"{table} WHERE run_uuid = '{gone}'"));
            Assert.NotEqual(0, await CountAsync(store, $"{table} WHERE run_uuid = '{kept}'"));
        }

        Assert.Equal(3, await CountAsync(store, "inputs"));
        Assert.Equal(await CountAsync(store, "inputs WHERE source_type = 'DATASET'"), await CountAsync(store, "input_tags"));
        Assert.Equal(0, await CountAsync(store, $"logged_model_metrics WHERE run_id = '{gone}'"));
        Assert.Equal(before.Info, (await store.Tracking.GetRunAsync(kept, Cancelled)).Info);
        Assert.Equal(before.Inputs.Count, (await store.Tracking.GetRunAsync(kept, Cancelled)).Inputs.Count);
        Assert.Equal([new OrphanedArtifacts(gone, found.ArtifactUri)], await store.Purge.ListOrphansAsync(10, Cancelled));
        Assert.Empty(await store.Purge.FindRunsAsync(Ever, null, 10, Cancelled));

        await store.RestartAsync();
        Assert.Equal(1, await store.Purge.CountOrphansAsync(Cancelled));
        await store.Purge.ForgetOrphanAsync(gone, Cancelled);
        Assert.Equal(0, await store.Purge.CountOrphansAsync(Cancelled));
    }

    [Theory]
    [InlineData("active")]
    [InlineData("restored")]
    [InlineData("younger")]
    [InlineData("unknown")]
    public async Task Purge_OfARunThatIsNotDeletedForLongEnough_ChangesNothing(string state)
    {
        await using var store = new OpenStore(DatabaseUri());
        var run = await FullRunAsync(store);
        if (state != "active")
        {
            await store.Tracking.DeleteRunAsync(run, Cancelled);
        }

        if (state == "restored")
        {
            await store.Tracking.RestoreRunAsync(run, Cancelled);
        }

        var before = state == "younger" ? Now() - 60_000 : Ever;
        Assert.Empty(state is "active" or "restored" or "younger" ? await store.Purge.FindRunsAsync(before, null, 10, Cancelled) : []);
        Assert.NotNull(await store.Purge.PurgeRunAsync(state == "unknown" ? A.RunId() : run, before, Cancelled));
        Assert.Equal(1, await CountAsync(store, "runs"));
        Assert.Equal(0, await store.Purge.CountOrphansAsync(Cancelled));
        await store.Tracking.RestoreRunAsync(run, Cancelled);
        Assert.NotEmpty((await store.Tracking.GetRunAsync(run, Cancelled)).Metrics);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("mlflow-artifacts:/0/{0}/artifacts/model")]
    [InlineData("s3://bucket/0/{0}/artifacts/model")]
    [InlineData("runs:/{0}/model")]
    public async Task Purge_OfARunThatAVersionIsMadeFrom_IsRefusedUntilTheVersionIsDeleted(string source)
    {
        await using var store = new OpenStore(DatabaseUri());
        var run = await FullRunAsync(store);
        await store.Tracking.DeleteRunAsync(run, Cancelled);
        await store.Registry.CreateRegisteredModelAsync("regime", null, [], Cancelled);
        await store.Registry.CreateModelVersionAsync(
            "regime",
            source == "run" ? new CreateModelVersion("s3://elsewhere/m", run, null, null, []) : new CreateModelVersion(string.Format(CultureInfo.InvariantCulture, source, run), null, null, null, []),
            Cancelled);

        Assert.Contains("version 1 of the model 'regime'", await store.Purge.PurgeRunAsync(run, Ever, Cancelled), StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync(store, "runs"));
        await store.Registry.DeleteModelVersionAsync("regime", 1, null, Cancelled);
        Assert.Null(await store.Purge.PurgeRunAsync(run, Ever, Cancelled));
    }

    [Fact]
    public async Task Purge_OfADeletedExperiment_TakesTagsDatasetsModelsAndTracesAndFreesItsName()
    {
        await using var store = new OpenStore(DatabaseUri());
        var experiment = await store.Tracking.CreateExperimentAsync(new CreateExperiment("old", null, [new KeyValue("team", "rates")]), Cancelled);
        var run = await FullRunAsync(store, experiment);
        var model = (await store.LoggedModels.CreateLoggedModelAsync(new CreateLoggedModel(experiment, "net", null, run, [new KeyValue("depth", "3")], [new KeyValue("kind", "tcn")]), Cancelled)).ModelId;
        const string trace = "tr-old";
        await store.Traces.StartTraceAsync(Make.Trace(trace, experiment), Cancelled);
        await store.Traces.LogSpansAsync(experiment, trace, [Make.Span(1, null, 1, 2)], Cancelled);
        await FullRunAsync(store);
        await store.Tracking.DeleteExperimentAsync(experiment, Cancelled);

        var found = Assert.Single(await store.Purge.FindExperimentsAsync(Ever, null, 10, Cancelled));
        Assert.Equal((experiment, "old", run, 2), (found.ExperimentId, found.Name, found.Runs.Single().RunId, found.Models.Count));
        Assert.Contains(run, await store.Purge.PurgeExperimentAsync(experiment, Ever, Cancelled), StringComparison.Ordinal);
        Assert.Null(await store.Purge.PurgeRunAsync(run, Ever, Cancelled));
        Assert.Null(await store.Purge.PurgeExperimentAsync(experiment, Ever, Cancelled));

        foreach (var table in (string[])["experiments", "experiment_tags", "datasets", "logged_models", "logged_model_params", "logged_model_tags", "logged_model_metrics", "trace_info", "spans"])
        {
            Assert.Equal(0, await CountAsync(store, $"{table} WHERE experiment_id = {experiment}"));
        }

        Assert.Equal(0, await CountAsync(store, $"trace_tags WHERE request_id = '{trace}'"));
        var orphans = (await store.Purge.ListOrphansAsync(10, Cancelled)).ToDictionary(orphan => orphan.OwnerId, orphan => orphan.Uri);
        Assert.Equal($"mlflow-artifacts:/{experiment}/models/{model}/artifacts", orphans[model]);
        Assert.Equal($"mlflow-artifacts:/{experiment}/traces/{trace}/artifacts", orphans[trace]);
        Assert.Equal(1, await CountAsync(store, "runs"));
        await store.Tracking.CreateExperimentAsync(new CreateExperiment("old", null, []), Cancelled);
    }

    [Theory]
    [InlineData("restored")]
    [InlineData("younger")]
    [InlineData("run")]
    [InlineData("model")]
    public async Task Purge_OfAnExperimentThatIsStillNeeded_ChangesNothing(string need)
    {
        await using var store = new OpenStore(DatabaseUri());
        var experiment = await store.Tracking.CreateExperimentAsync(new CreateExperiment("old", null, [new KeyValue("team", "rates")]), Cancelled);
        var run = need == "run" ? await FullRunAsync(store, experiment) : null;
        if (need == "model")
        {
            var model = await store.LoggedModels.CreateLoggedModelAsync(new CreateLoggedModel(experiment, "net", null, null, [], []), Cancelled);
            await store.Registry.CreateRegisteredModelAsync("regime", null, [], Cancelled);
            await store.Registry.CreateModelVersionAsync("regime", new CreateModelVersion(model.ArtifactUri, null, null, null, []), Cancelled);
        }

        await store.Tracking.DeleteExperimentAsync(experiment, Cancelled);
        if (need == "restored")
        {
            await store.Tracking.RestoreExperimentAsync(experiment, Cancelled);
        }
        else if (run is not null)
        {
            await store.Tracking.RestoreRunAsync(run, Cancelled);
        }

        Assert.NotNull(await store.Purge.PurgeExperimentAsync(experiment, need == "younger" ? Now() - 60_000 : Ever, Cancelled));
        Assert.Equal(1, await CountAsync(store, $"experiment_tags WHERE experiment_id = {experiment}"));
        Assert.Equal(0, await store.Purge.CountOrphansAsync(Cancelled));
    }

    [Fact]
    public async Task Find_InParts_GivesEachRunOnceTheLongestDeletedFirst()
    {
        await using var store = new OpenStore(DatabaseUri());
        var deleted = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            deleted.Add(await store.Tracking.RunAsync());
            await store.Tracking.DeleteRunAsync(deleted[^1], Cancelled);
            await Task.Delay(2, Cancelled);
        }

        var found = new List<string>();
        DeletedRun? last = null;
        while (await store.Purge.FindRunsAsync(Ever, last, 2, Cancelled) is { Count: > 0 } part)
        {
            found.AddRange(part.Select(run => run.RunId));
            last = part[^1];
        }

        Assert.Equal(deleted, found);
    }

    /// <summary>A run with something in every table that knows runs.</summary>
    private static async Task<string> FullRunAsync(OpenStore store, string experiment = "0")
    {
        var run = await store.Tracking.RunAsync(experiment);
        var model = await store.LoggedModels.CreateLoggedModelAsync(new CreateLoggedModel(experiment, "m", null, run, [], []), Cancelled);
        await store.Tracking.LogBatchAsync(
            run,
            new LogBatch([new Metric("loss", 1, 1, 1), new Metric("loss", 2, 2, 2)], [new KeyValue("lr", "0.1")], [new KeyValue("desk", "fx")])
            {
                ModelMetrics = [new ModelMetric(model.ModelId, "loss", 1, 1, 1, null, null)],
            },
            Cancelled);
        await store.Tracking.LogInputsAsync(run, [new DatasetInput($"bars-{run}", "d1", "local", "{}", null, null, [new KeyValue("mlflow.data.context", "training")])], [model.ModelId], Cancelled);
        await store.Tracking.LogOutputsAsync(run, [new ModelOutput(model.ModelId, 1)], Cancelled);
        return run;
    }

    private static Task<long> CountAsync(OpenStore store, string from) =>
        Task.FromResult(store.Database.Read(session => (long)session.Scalar($"SELECT COUNT(*) FROM {from}")!));

    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
}
