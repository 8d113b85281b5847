using MLOps.Contracts.Problems;
using MLOps.Tracking.Tests.Storage;

namespace MLOps.Tracking.Tests.Scorers;

public class ScorerTests : StoreTests
{
    private const string Judge = """{"instructions_judge_pydantic_data":{"model":"gateway:/chat","instructions":"be fair"}}""";

    [Fact]
    public async Task Scorer_ThroughItsVersions_ListsTheNewestAndDeletesOneOrAll()
    {
        await using var store = new OpenStore(DatabaseUri());
        var first = await store.Scorers.RegisterAsync("0", "fair", """{"a":1}""", Cancelled);
        var second = await store.Scorers.RegisterAsync("0", "fair", """{"a":2}""", Cancelled);
        await store.Scorers.RegisterAsync("0", "brief", "{}", Cancelled);
        Assert.Equal((1, 2, first.ScorerId), (first.Version, second.Version, second.ScorerId));
        Assert.Equal([("brief", 1), ("fair", 2)], (await store.Scorers.ListAsync("0", Cancelled)).Select(scorer => (scorer.Name, scorer.Version)));
        Assert.Equal([1, 2], (await store.Scorers.ListVersionsAsync("0", "fair", Cancelled)).Select(scorer => scorer.Version));
        await store.RestartAsync();
        Assert.Equal(second, await store.Scorers.GetAsync("0", "fair", null, Cancelled));
        Assert.Equal("""{"a":1}""", (await store.Scorers.GetAsync("0", "fair", 1, Cancelled)).Serialized);
        await store.Scorers.DeleteAsync("0", "fair", 1, Cancelled);
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.Scorers.GetAsync("0", "fair", 1, Cancelled)));
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.Scorers.DeleteAsync("0", "fair", 1, Cancelled)));
        await store.Scorers.DeleteAsync("0", "fair", null, Cancelled);
        Assert.Equal(["brief"], (await store.Scorers.ListAsync("0", Cancelled)).Select(scorer => scorer.Name));
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.Scorers.ListVersionsAsync("0", "fair", Cancelled)));
    }

    [Fact]
    public async Task Register_WhatCannotBe_IsRefused()
    {
        await using var store = new OpenStore(DatabaseUri());
        Assert.Equal(ProblemCode.InvalidArgument, await CodeAsync(() => store.Scorers.RegisterAsync("0", " ", "{}", Cancelled)));
        Assert.Equal(ProblemCode.InvalidArgument, await CodeAsync(() => store.Scorers.RegisterAsync("0", "a", "not json", Cancelled)));
        Assert.Equal(ProblemCode.InvalidArgument, await CodeAsync(() => store.Scorers.RegisterAsync("0", "a", """{"builtin_scorer_pydantic_data":{"model":" "}}""", Cancelled)));
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.Scorers.RegisterAsync("99", "a", "{}", Cancelled)));
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.Scorers.RegisterAsync("0", "a", Judge, Cancelled)));
        await store.Tracking.DeleteExperimentAsync("0", Cancelled);
        Assert.Equal(ProblemCode.InvalidArgument, await CodeAsync(() => store.Scorers.RegisterAsync("0", "a", "{}", Cancelled)));
    }

    [Fact]
    public async Task GatewayEndpoint_RenamedAndDeleted_IsShownAsItIs()
    {
        await using var store = new OpenStore(DatabaseUri());
        await store.Database.WriteAsync(session => session.Execute("INSERT INTO endpoints (endpoint_id, name, created_at, last_updated_at) VALUES ('e-1', 'chat', 1, 1)"), Cancelled);
        await store.Scorers.RegisterAsync("0", "judge", Judge, Cancelled);
        Assert.Contains("gateway:/e-1", (string)store.Database.Read(session => session.Scalar("SELECT serialized_scorer FROM scorer_versions")!), StringComparison.Ordinal);
        Assert.Equal("judge", store.Database.Read(session => session.Scalar("SELECT display_name FROM endpoint_bindings WHERE endpoint_id = 'e-1' AND resource_type = 'scorer'")));
        await store.Database.WriteAsync(session => session.Execute("UPDATE endpoints SET name = 'talk'"), Cancelled);
        Assert.Contains("gateway:/talk", (await store.Scorers.GetAsync("0", "judge", null, Cancelled)).Serialized, StringComparison.Ordinal);
        await store.Database.WriteAsync(
            session =>
            {
                session.Execute("DELETE FROM endpoint_bindings");
                session.Execute("DELETE FROM endpoints");
            },
            Cancelled);
        Assert.Equal("""{"instructions_judge_pydantic_data": {"instructions": "be fair", "model": null}}""", (await store.Scorers.GetAsync("0", "judge", null, Cancelled)).Serialized);
    }

    [Fact]
    public async Task OnlineScoring_SetTwice_HasOneConfigAndNeedsAGatewayModel()
    {
        await using var store = new OpenStore(DatabaseUri());
        await store.Database.WriteAsync(session => session.Execute("INSERT INTO endpoints (endpoint_id, name, created_at, last_updated_at) VALUES ('e-1', 'chat', 1, 1)"), Cancelled);
        var judge = await store.Scorers.RegisterAsync("0", "judge", Judge, Cancelled);
        await store.Scorers.RegisterAsync("0", "plain", "{}", Cancelled);
        await store.Scorers.SetOnlineScoringAsync("0", "judge", 0.5, "status = 'OK'", Cancelled);
        var config = await store.Scorers.SetOnlineScoringAsync("0", "judge", 1, null, Cancelled);
        Assert.Equal([config], await store.Scorers.GetOnlineScoringAsync([judge.ScorerId, "none"], Cancelled));
        Assert.Equal((1.0, null), (config.SampleRate, config.Filter));
        await store.Scorers.SetOnlineScoringAsync("0", "plain", 0, null, Cancelled);
        Assert.Equal(ProblemCode.InvalidArgument, await CodeAsync(() => store.Scorers.SetOnlineScoringAsync("0", "plain", 0.1, null, Cancelled)));
        Assert.Equal(ProblemCode.InvalidArgument, await CodeAsync(() => store.Scorers.SetOnlineScoringAsync("0", "judge", 1.5, null, Cancelled)));
        Assert.Equal(ProblemCode.InvalidArgument, await CodeAsync(() => store.Scorers.SetOnlineScoringAsync("0", "judge", double.NaN, null, Cancelled)));
        Assert.Equal(ProblemCode.InvalidArgument, await CodeAsync(() => store.Scorers.SetOnlineScoringAsync("0", "judge", 1, "status ~ 1", Cancelled)));
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.Scorers.SetOnlineScoringAsync("0", "none", 0, null, Cancelled)));
    }

    private static async Task<ProblemCode> CodeAsync(Func<Task> action) => (await Assert.ThrowsAsync<MLOpsException>(action)).Code;
}
