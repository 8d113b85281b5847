using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Tests.Storage;

namespace MLOps.Tracking.Tests.LoggedModels;

public class LoggedModelTests : StoreTests
{
    [Fact]
    public async Task Model_ThroughItsLife_IsPendingReadyGone()
    {
        await using var store = new OpenStore(DatabaseUri());
        var made = await store.LoggedModels.CreateLoggedModelAsync(
            new CreateLoggedModel("0", "tcn", "onnx", null, [new KeyValue("epochs", "3")], [new KeyValue("desk", "rates")]), Cancelled);
        Assert.Equal(LoggedModelStatus.Pending, made.Status);
        Assert.Equal($"mlflow-artifacts:/0/models/{made.ModelId}/artifacts", made.ArtifactUri);
        Assert.Equal(LoggedModelStatus.Ready, (await store.LoggedModels.FinalizeLoggedModelAsync(made.ModelId, LoggedModelStatus.Ready, Cancelled)).Status);

        await store.LoggedModels.SetLoggedModelTagsAsync(made.ModelId, [new KeyValue("desk", "fx")], Cancelled);
        await store.LoggedModels.LogLoggedModelParamsAsync(made.ModelId, [new KeyValue("epochs", "3"), new KeyValue("lr", "0.1")], Cancelled);
        var refusal = await Assert.ThrowsAsync<MLOpsException>(() => store.LoggedModels.LogLoggedModelParamsAsync(made.ModelId, [new KeyValue("new", "1"), new KeyValue("lr", "0.2")], Cancelled));
        Assert.Equal(ProblemCode.InvalidArgument, refusal.Code);

        var read = await store.LoggedModels.GetLoggedModelAsync(made.ModelId, Cancelled);
        Assert.Equal([new KeyValue("epochs", "3"), new KeyValue("lr", "0.1")], read.Params);
        Assert.Equal([new KeyValue("desk", "fx")], read.Tags);

        await store.LoggedModels.DeleteLoggedModelAsync(made.ModelId, Cancelled);
        Assert.Equal(ProblemCode.NotFound, (await Assert.ThrowsAsync<MLOpsException>(() => store.LoggedModels.GetLoggedModelAsync(made.ModelId, Cancelled))).Code);
        Assert.Empty((await SearchAsync(store, null)).Items);
    }

    [Fact]
    public async Task Search_ByMetricOnADataset_SeesOnlyThatDataset()
    {
        await using var store = new OpenStore(DatabaseUri());
        var run = await store.Tracking.RunAsync();
        await store.Tracking.LogInputsAsync(run, [new DatasetInput("sp500", "d1", "local", "x", null, null, [])], [], Cancelled);
        var models = new List<string>();
        foreach (var (name, onData, elsewhere) in ((string, double, double)[])[("a", 0.9, 0.1), ("b", 0.2, 0.8), ("c", double.NaN, 0.5)])
        {
            var model = await store.LoggedModels.CreateLoggedModelAsync(new CreateLoggedModel("0", name, null, run, [], []), Cancelled);
            models.Add(model.ModelId);
            await store.Tracking.LogBatchAsync(
                run,
                new LogBatch([], [], [])
                {
                    ModelMetrics =
                    [
                        new ModelMetric(model.ModelId, "auc", onData, 1, 0, "sp500", "d1"),
                        new ModelMetric(model.ModelId, "auc", elsewhere, 2, 0, null, null),
                    ],
                },
                Cancelled);
        }

        await store.LoggedModels.CreateLoggedModelAsync(new CreateLoggedModel("0", "unmeasured", null, run, [], []), Cancelled);
        Assert.Equal(["a", "b", "c"], Names(await SearchAsync(store, null, [new DatasetKey("sp500", "d1")])).Order());
        Assert.Equal(["b"], Names(await SearchAsync(store, "name = 'b'", [new DatasetKey("other", null), new DatasetKey("sp500", null)])));
        Assert.Empty(Names(await SearchAsync(store, null, [new DatasetKey("sp500", "d2")])));

        Assert.Equal(["a"], Names(await SearchAsync(store, "metrics.auc > 0.7", [new DatasetKey("sp500", "d1")])));
        Assert.Equal(["b"], Names(await SearchAsync(store, "metrics.auc > 0.7 AND name = 'b'")));
        Assert.Empty((await SearchAsync(store, "metrics.auc > 0", [new DatasetKey("other", null)])).Items);
        var ordered = await SearchAsync(store, null, order: new LoggedModelOrder("metrics.auc", Ascending: false, null));
        Assert.Equal(["b", "c", "a", "unmeasured"], Names(ordered));
        var metrics = (await store.LoggedModels.GetLoggedModelAsync(models[2], Cancelled)).Metrics;
        Assert.Equal([double.NaN, 0.5], metrics.OrderBy(metric => metric.Timestamp).Select(metric => metric.Value));
        Assert.All(metrics, metric => Assert.Equal(run, metric.RunId));
    }

    [Theory]
    [InlineData("name LIKE 'tcn%'", "tcn-1 tcn_2")]
    [InlineData("name LIKE 'TCN%'", "")]
    [InlineData("name ILIKE 'TCN__'", "tcn-1 tcn_2")]
    [InlineData("model_type LIKE '%x'", "tcn-1")]
    [InlineData("params.`layers of` LIKE '_0%'", "tcn_2")]
    [InlineData("tags.desk ILIKE \"%FX%\"", "lstm tcn-1")]
    [InlineData("tags.desk IN ('fx', 'rates')", "tcn-1 tcn_2")]
    [InlineData("params.`layers of` NOT IN ('10%', 'none')", "tcn-1")]
    public async Task Search_ByPatternOrList_FindsThose(string filter, string expected)
    {
        await using var store = new OpenStore(DatabaseUri());
        foreach (var (name, type, layers, desk) in ((string, string?, string, string)[])[("tcn-1", "onnx", "8", "fx"), ("tcn_2", null, "10%", "rates"), ("lstm", "ONNX", "none", "Ex-FX")])
        {
            await store.LoggedModels.CreateLoggedModelAsync(new CreateLoggedModel("0", name, type, null, [new KeyValue("layers of", layers)], [new KeyValue("desk", desk)]), Cancelled);
        }

        Assert.Equal(expected, string.Join(' ', Names(await SearchAsync(store, filter)).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task ModelVersions_MadeFromTheModel_AreListedOnceEach()
    {
        await using var store = new OpenStore(DatabaseUri());
        var model = (await store.LoggedModels.CreateLoggedModelAsync(new CreateLoggedModel("0", null, null, null, [], [new KeyValue("mlflow.modelVersions", "no list")]), Cancelled)).ModelId;
        foreach (var (name, version) in ((string, int)[])[("m", 1), ("m", 2), ("m", 1), ("n", 1)])
        {
            await store.LoggedModels.NoteModelVersionAsync(model, name, version, Cancelled);
        }

        Assert.Equal("""[{"name": "m", "version": 1}, {"name": "m", "version": 2}, {"name": "n", "version": 1}]""", await VersionsAsync());

        Assert.Equal(ProblemCode.NotFound, (await Assert.ThrowsAsync<MLOpsException>(() => store.LoggedModels.NoteModelVersionAsync("m-none", "m", 1, Cancelled))).Code);

        async Task<string> VersionsAsync() => Assert.Single((await store.LoggedModels.GetLoggedModelAsync(model, Cancelled)).Tags).Value;
    }

    [Fact]
    public async Task Run_WithModels_ShowsWhatItReadAndMade()
    {
        await using var store = new OpenStore(DatabaseUri());
        var run = await store.Tracking.RunAsync();
        await store.Tracking.LogInputsAsync(run, [], ["m-1", "m-1"], Cancelled);
        await store.Tracking.LogOutputsAsync(run, [new ModelOutput("m-2", 7), new ModelOutput("m-2", 7)], Cancelled);
        var read = await store.Tracking.GetRunAsync(run, Cancelled);
        Assert.Equal(["m-1"], read.ModelInputs);
        Assert.Equal([new ModelOutput("m-2", 7)], read.ModelOutputs);
    }

    private static Task<Page<LoggedModel>> SearchAsync(OpenStore store, string? filter, IReadOnlyList<DatasetKey>? datasets = null, params LoggedModelOrder[] order) =>
        store.LoggedModels.SearchLoggedModelsAsync(new SearchLoggedModels(["0"], filter, datasets ?? [], order, 100, null), Cancelled);

    private static string[] Names(Page<LoggedModel> page) => [.. page.Items.Select(model => model.Name)];
}
