using MLOps.Client.Models;

namespace MLOps.Client.Tests.Models;

public sealed class ModelsClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("\"3\"")]
    [InlineData("3")]
    public async Task List_VersionAsTextOrNumber_IsRead(string version)
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On("GET /api/2.0/mlflow/registered-models/search", $$"""
            {"registered_models":[{"name":"regime","description":null,"latest_versions":[{"name":"regime","version":{{version}},"current_stage":"Production","run_id":"r",
              "source":"runs:/r/model","status":"READY","tags":[{"key":"a","value":"b"}],"aliases":["champion"]}],"aliases":[{"alias":"champion","version":{{version}}}]}]}
            """));

        var model = Assert.Single(await gateway.Client.Models.ListAsync(Token));
        var latest = Assert.Single(model.LatestVersions);

        Assert.Equal(3, latest.Version);
        Assert.Equal(ModelStage.Production, latest.CurrentStage);
        Assert.Equal("champion", Assert.Single(latest.Aliases));
        Assert.Equal("b", latest.Tags["a"]);
        Assert.Equal(3, model.Aliases["champion"]);
    }

    [Fact]
    public async Task Transition_WithAComment_GoesByThePlatformsRoute()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On(
            "POST /api/v1/mlflow/models/transition", """{"name":"regime","version":"3","current_stage":"Staging"}"""));

        var version = await gateway.Client.Models.TransitionAsync("regime", 3, ModelStage.Staging, comment: "looks good", cancellationToken: Token);

        Assert.Equal(ModelStage.Staging, version.CurrentStage);
        var sent = gateway.Received[0].Json;
        Assert.Equal("3", sent.GetProperty("version").GetString());
        Assert.Equal("Staging", sent.GetProperty("stage").GetString());
        Assert.Equal("looks good", sent.GetProperty("comment").GetString());
        Assert.False(sent.GetProperty("archive_existing_versions").GetBoolean());
    }

    [Fact]
    public async Task Transition_ToProduction_ArchivesTheOneBeforeByMlflowsRoute()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On(
            "POST /api/2.0/mlflow/model-versions/transition-stage", """{"model_version":{"name":"regime","version":"3","current_stage":"Production"}}"""));

        var version = await gateway.Client.Models.TransitionAsync("regime", 3, ModelStage.Production, cancellationToken: Token);

        Assert.Equal(ModelStage.Production, version.CurrentStage);
        Assert.True(gateway.Received[0].Json.GetProperty("archive_existing_versions").GetBoolean());
    }

    [Fact]
    public async Task ListVersions_NameWithAQuote_GoesBetweenTheOtherQuotes()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On(
            "GET /api/2.0/mlflow/model-versions/search", """{"model_versions":[{"name":"o'neil","version":"1","current_stage":"None","tags":[{"key":"k","value":"v"}]}]}"""));

        var version = Assert.Single(await gateway.Client.Models.ListVersionsAsync("o'neil", Token));

        Assert.Contains(Uri.EscapeDataString("name=\"o'neil\""), gateway.Received[0].Target, StringComparison.Ordinal);
        Assert.Equal("v", version.Tags["k"]);
    }

    [Fact]
    public async Task History_OfAModel_IsReadInOrder()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On(
            "GET /api/v1/mlflow/models/regime/history",
            """{"history":[{"kind":"stage","version":1,"from":"Staging","to":"Deleted","at":6,"by":"bob"},{"kind":"alias","version":1,"alias":"champion","from":null,"to":"1","at":5,"by":"ana","comment":null}],"next_page_token":null}"""));

        var history = await gateway.Client.Models.GetHistoryAsync("regime", Token);

        Assert.Equal([ModelChangeKind.Stage, ModelChangeKind.Alias], history.Select(line => line.Kind));
        Assert.Equal(("Deleted", "bob"), (history[0].To, history[0].By));
        Assert.Equal(("champion", null, "1"), (history[1].Alias, history[1].From, history[1].To));
    }

    [Fact]
    public async Task Rollback_WithAComment_SendsItAndReadsWhatMoved()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On(
            "POST /api/v1/mlflow/models/regime/rollback",
            """{"restored":{"name":"regime","version":1,"current_stage":"Production"},"archived":[{"name":"regime","version":2,"current_stage":"Archived"}]}"""));

        var rollback = await gateway.Client.Models.RollbackAsync("regime", "v2 drifts", Token);

        Assert.Equal((1, 2), (rollback.Restored.Version, Assert.Single(rollback.Archived).Version));
        Assert.Equal("v2 drifts", gateway.Received[0].Json.GetProperty("comment").GetString());
    }
}
