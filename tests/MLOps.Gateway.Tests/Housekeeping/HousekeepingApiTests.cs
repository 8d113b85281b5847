using System.Net;
using MLOps.Gateway.Tests.Endpoints;
using MLOps.Gateway.Tests.Mlflow;
using MLOps.Gateway.Tests.Upstream;

namespace MLOps.Gateway.Tests.Housekeeping;

public sealed class HousekeepingApiTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    private const string Purge = "/mlops/housekeeping/purge";

    [Fact]
    public async Task Purge_WithoutDryRunFalse_OnlySaysWhatWouldGo()
    {
        var (run, uri) = await platform.Http.CreateRunAsync();
        await platform.Http.PutAsync($"{MlflowHttp.Proxy}artifacts/{uri["mlflow-artifacts:/".Length..]}/a.txt", "12345");
        await platform.Http.PostAsync(MlflowHttp.Api + "runs/delete", new { run_id = run });

        var would = await platform.Http.PostAsync(Purge, new { older_than = "0s" });
        Assert.True(would.GetProperty("dry_run").GetBoolean());
        Assert.Equal((run, 5), would.GetProperty("runs").EnumerateArray().Select(item => (item.GetProperty("id").GetString(), item.GetProperty("artifact_bytes").GetInt32())).Single());
        Assert.Equal(5, would.GetProperty("artifact_bytes").GetInt32());
        await platform.Http.GetJsonAsync($"{MlflowHttp.Api}runs/get?run_id={run}");

        var older = await platform.Http.PostAsync(Purge, new { older_than = "1d", dry_run = false });
        Assert.Empty(older.GetProperty("runs").EnumerateArray());
        var done = await platform.Http.PostAsync(Purge, new { older_than = "0s", dry_run = false });
        Assert.Equal((1, 0), (done.GetProperty("runs").GetArrayLength(), done.GetProperty("pending_artifacts").GetInt32()));
        await platform.Http.GetJsonAsync($"{MlflowHttp.Api}runs/get?run_id={run}", HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("""{}""", "older_than is missing")]
    [InlineData("""{"older_than":"a month"}""", "older_than is 'a month'")]
    [InlineData("""{"older_than":"-1d"}""", "older_than is '-1d'")]
    [InlineData("""{"older_than":"999999999999d"}""", "at most 1000 years")]
    [InlineData("""{"older_than":""}""", "older_than is ''")]
    [InlineData("""{"older_than":"1d","max_results":0}""", "max_results is 0")]
    [InlineData("""{"older_than":"1d","page_token":"x"}""", "page_token is 'x'")]
    [InlineData("""{"older_than":1}""", "not the JSON that was expected")]
    public async Task Purge_BadField_IsNamedWithWhatIsExpected(string body, string said)
    {
        using var content = new StringContent(body);
        using var answer = await platform.Http.PostAsync(Purge, content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(said, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Purge_OfRunsThatAnotherServerHas_IsNotOfferedAndSaysWhoDoes()
    {
        await using var front = await FrontPlatform.StartAsync(platform.Http.BaseAddress!.ToString());
        var refusal = await front.Http.PostAsync(Purge, new { older_than = "1d" }, HttpStatusCode.NotImplemented);
        Assert.Contains("mlflow gc", refusal.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
