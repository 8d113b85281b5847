using System.Text.Json;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Rest;

namespace MLOps.Tracking.Tests.Rest;

/// <summary>What goes over the wire where MLflow's protocol has traps.</summary>
public sealed class RestStoreTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LogBatch_OverMlflowsLimits_IsSplitInMlflowsOrder()
    {
        await using var upstream = await FakeUpstream.StartAsync(FakeUpstream.Json("{}"));
        using var client = upstream.Client(ImpatientTime.Options);
        await new RestTrackingStore(client, TimeProvider.System).LogBatchAsync(
            "r",
            new LogBatch(
                [.. Enumerable.Range(0, 2500).Select(i => new Metric("m", i, i, i))],
                [.. Enumerable.Range(0, 150).Select(i => new KeyValue($"p{i}", "v"))],
                [.. Enumerable.Range(0, 130).Select(i => new KeyValue($"t{i}", "v"))]),
            Cancelled);
        Assert.Equal(
            ["params 100", "params 50", "metrics 1000", "metrics 1000", "metrics 500", "tags 100", "tags 30"],
            upstream.Requests.Select(request => Parts(request.Body)));
    }

    [Fact]
    public async Task LogBatch_WithinTheLimits_IsOneCallWithNaNAsTextAndAModelsMetricOnce()
    {
        await using var upstream = await FakeUpstream.StartAsync(FakeUpstream.Json("{}"));
        using var client = upstream.Client(ImpatientTime.Options);
        await new RestTrackingStore(client, TimeProvider.System).LogBatchAsync(
            "r",
            new LogBatch([new Metric("a", double.NaN, 5_000_000_000, -1), new Metric("b", double.NegativeInfinity, 1, 0)], [new KeyValue("p", "v")], [])
            {
                ModelMetrics = [new ModelMetric("m-1", "a", double.NaN, 5_000_000_000, -1, "data", null)],
            },
            Cancelled);
        using var body = JsonDocument.Parse(Assert.Single(upstream.Requests).Body);
        Assert.Equal(
            """[{"key":"b","value":"-Infinity","timestamp":1,"step":0},{"key":"a","value":"NaN","timestamp":5000000000,"step":-1,"model_id":"m-1","dataset_name":"data"}]""",
            body.RootElement.GetProperty("metrics").GetRawText());
    }

    [Fact]
    public async Task History_WithoutALimit_IsReadPageByPageWithTheTokensAsTheyCame()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            FakeUpstream.Json("""{"metrics": [{"key": "m", "value": "NaN", "timestamp": "1", "step": 0}], "next_page_token": "o/p+a=q&ue"}"""),
            FakeUpstream.Json("""{"metrics": [{"key": "m", "value": 2.5, "timestamp": 9000000000, "step": -3}]}"""));
        using var client = upstream.Client(ImpatientTime.Options);
        var page = await new RestTrackingStore(client, TimeProvider.System).GetMetricHistoryAsync("r", "m", null, null, Cancelled);
        Assert.Equal([new Metric("m", double.NaN, 1, 0), new Metric("m", 2.5, 9_000_000_000, -3)], page.Items);
        Assert.Null(page.NextPageToken);
        Assert.Equal(
            ["/api/2.0/mlflow/metrics/get-history?run_id=r&metric_key=m&max_results=25000", "/api/2.0/mlflow/metrics/get-history?run_id=r&metric_key=m&max_results=25000&page_token=o/p+a=q&ue"],
            upstream.Requests.Select(request => request.Path));
    }

    [Fact]
    public async Task History_WhosePagesLeadToThemselves_IsUnavailable()
    {
        await using var upstream = await FakeUpstream.StartAsync(FakeUpstream.Json("""{"next_page_token": "again"}"""));
        using var client = upstream.Client(ImpatientTime.Options);
        var refusal = await Assert.ThrowsAsync<MLOpsException>(() => new RestTrackingStore(client, TimeProvider.System).GetMetricHistoryAsync("r", "m", null, null, Cancelled));
        Assert.Equal(ProblemCode.Unavailable, refusal.Code);
    }

    [Fact]
    public async Task Models_MoreThanAPageMayHave_AreAskedForInPages()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            FakeUpstream.Json("""{"registered_models": [{"name": "a"}, {"name": "b"}], "next_page_token": "2"}"""),
            FakeUpstream.Json("""{"registered_models": [{"name": "c"}], "next_page_token": "3"}"""),
            FakeUpstream.Json("{}"));
        using var client = upstream.Client(ImpatientTime.Options);
        using var folder = new MLOps.Testing.TemporaryFolder();
        await using var database = Tracking.Storage.SqlDatabase.Open("sqlite:///" + folder.Combine("s.db"), "mlflow-artifacts:/", TimeProvider.System);
        var store = new RestModelRegistryStore(client, database, TimeProvider.System);
        var page = await store.SearchRegisteredModelsAsync(new SearchModels("name LIKE '%'", ["name ASC", "timestamp"], 1500, null), Cancelled);
        Assert.Equal(["a", "b", "c"], page.Items.Select(model => model.Name));
        Assert.Null(page.NextPageToken);
        Assert.Equal(["1000", "1000", "1000"], upstream.Requests.Select(request => request.Path.Split("max_results=")[1].Split('&')[0]));
        Assert.Contains("&order_by=name ASC&order_by=timestamp", upstream.Requests.First().Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_OfALoggedModel_KeepsItsSourceAndLeadsToItsFiles()
    {
        const string Version = """{"model_version": {"name": "n", "version": "3", "current_stage": "Production", "source": "models:/m-1", "run_id": ""}}""";
        await using var upstream = await FakeUpstream.StartAsync(FakeUpstream.Json(Version), FakeUpstream.Json("""{"artifact_uri": "mlflow-artifacts:/0/models/m-1/artifacts"}"""));
        using var client = upstream.Client(ImpatientTime.Options);
        using var folder = new MLOps.Testing.TemporaryFolder();
        await using var database = Tracking.Storage.SqlDatabase.Open("sqlite:///" + folder.Combine("s.db"), "mlflow-artifacts:/", TimeProvider.System);
        var version = await new RestModelRegistryStore(client, database, TimeProvider.System).GetModelVersionAsync("n", 3, Cancelled);
        Assert.Equal(("models:/m-1", "mlflow-artifacts:/0/models/m-1/artifacts", 3, null), (version.Source, version.Location, version.Version, version.RunId));
    }

    [Fact]
    public async Task Deletion_InTheRegistry_HasAJsonBody()
    {
        await using var upstream = await FakeUpstream.StartAsync(FakeUpstream.Json("{}"));
        using var client = upstream.Client(ImpatientTime.Options);
        using var folder = new MLOps.Testing.TemporaryFolder();
        await using var database = Tracking.Storage.SqlDatabase.Open("sqlite:///" + folder.Combine("s.db"), "mlflow-artifacts:/", TimeProvider.System);
        await new RestModelRegistryStore(client, database, TimeProvider.System).DeleteModelVersionTagAsync("n", 3, "k", Cancelled);
        var request = Assert.Single(upstream.Requests);
        Assert.Equal(("DELETE", """{"name":"n","version":"3","key":"k"}"""), (request.Method, request.Body));
    }

    [Fact]
    public async Task Count_OfAnUpstreamWithOtherTokens_IsReadPageByPage()
    {
        await using var upstream = await FakeUpstream.StartAsync(
            FakeUpstream.Json("""{"experiments": [{"experiment_id": "0", "name": "Default"}]}"""),
            FakeUpstream.Json($$"""{"runs": [{{Run("a")}}], "next_page_token": "opaque"}"""),
            FakeUpstream.Json($$"""{"runs": [{{Run("a")}}, {{Run("b")}}], "next_page_token": "opaque"}"""),
            FakeUpstream.Json($$"""{"runs": [{{Run("c")}}]}"""));
        using var client = upstream.Client(ImpatientTime.Options);
        var store = new RestTrackingStore(client, TimeProvider.System);
        Assert.Equal(new StoreCounts(1, 3), await store.CountAsync(Cancelled));
        Assert.Equal(new StoreCounts(1, 3), await store.CountAsync(Cancelled));
        Assert.Equal(4, upstream.Requests.Count);
    }

    private static string Run(string id) => $$$"""{"info": {"run_id": "{{{id}}}", "experiment_id": "0"}, "data": {}}""";

    private static string Parts(string body)
    {
        using var json = JsonDocument.Parse(body);
        return string.Join(", ", json.RootElement.EnumerateObject()
            .Where(property => property.Value.ValueKind == JsonValueKind.Array && property.Value.GetArrayLength() > 0)
            .Select(property => $"{property.Name} {property.Value.GetArrayLength()}"));
    }
}
