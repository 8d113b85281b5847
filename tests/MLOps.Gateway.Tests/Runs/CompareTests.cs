using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Runs;
using MLOps.Gateway.Tests.Endpoints;

namespace MLOps.Gateway.Tests.Runs;

/// <summary><c>POST /api/v1/mlflow/runs/compare</c>.</summary>
public sealed class CompareTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Compare_TwoRuns_MarksWhatDiffersAndAlignsTheCurves()
    {
        var first = await RunAsync([("lr", "0.1"), ("model", "tcn")], (0, 1.0), (10, 0.5));
        var second = await RunAsync([("model", "tcn"), ("depth", "3")], (0, 0.9), (5, double.NaN));
        var answer = await OkAsync(new { run_ids = new[] { second, first, second }, metrics = new[] { "loss" } });

        Assert.Equal([second, first], answer.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("run_id").GetString()));
        Assert.Equal(
            [("depth", true, """["3",null]"""), ("lr", true, """[null,"0.1"]"""), ("model", false, """["tcn","tcn"]""")],
            answer.GetProperty("params").EnumerateArray().Select(Row));
        Assert.Equal([("loss", true, """["NaN",0.5]""")], answer.GetProperty("metrics").EnumerateArray().Select(Row));
        var curve = Assert.Single(answer.GetProperty("curves").EnumerateArray());
        Assert.Equal("[0,5,10]", curve.GetProperty("steps").GetRawText());
        Assert.Equal("""[0.9,"NaN",null]""", curve.GetProperty("series")[0].GetProperty("values").GetRawText());
        Assert.Equal("[1,null,0.5]", curve.GetProperty("series")[1].GetProperty("values").GetRawText());
    }

    [Fact]
    public async Task Compare_FiveHundredRuns_IsAnswered()
    {
        var ids = new string[500];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = await RunAsync([("i", i.ToString(System.Globalization.CultureInfo.InvariantCulture))], (0, i));
        }

        var answer = await OkAsync(new { run_ids = ids, metrics = new[] { "loss" } });
        Assert.Equal(500, answer.GetProperty("curves")[0].GetProperty("series").GetArrayLength());
        using var refused = await PostAsync(new { run_ids = ids.Append("one-more") });
        Assert.Contains("501 runs: expected 1 to 500", await ProblemAsync(refused, HttpStatusCode.BadRequest), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_UnknownRuns_AreAllNamed()
    {
        var known = await RunAsync([], (0, 1));
        using var answer = await PostAsync(new { run_ids = new[] { known, "nope-1", "nope-2" } });
        Assert.Contains("nope-1, nope-2", await ProblemAsync(answer, HttpStatusCode.NotFound), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"run_ids":[]}""")]
    [InlineData("""{"run_ids":[null]}""")]
    [InlineData("""{"run_ids":["a"],"max_points":1}""")]
    [InlineData("""{"run_ids":["a"],"from_step":2,"to_step":1}""")]
    [InlineData("""{"run_ids":"a"}""")]
    public async Task Compare_BadBody_IsRefused(string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await platform.Http.PostAsync("/api/v1/mlflow/runs/compare", content, Ct);
        await ProblemAsync(answer, HttpStatusCode.BadRequest);
    }

    private static (string, bool, string) Row(JsonElement row) =>
        (row.GetProperty("key").GetString()!, row.GetProperty("differs").GetBoolean(), row.GetProperty("values").GetRawText());

    private static async Task<string> ProblemAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        Assert.Equal(status, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("detail").GetString()!;
    }

    private Task<HttpResponseMessage> PostAsync(object body) => platform.Http.PostAsJsonAsync("/api/v1/mlflow/runs/compare", body, Ct);

    private async Task<JsonElement> OkAsync(object body)
    {
        using var answer = await PostAsync(body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
    }

    private async Task<string> RunAsync((string Key, string Value)[] parameters, params (long Step, double Value)[] loss)
    {
        var id = Guid.NewGuid().ToString("n");
        var run = platform.Services.GetRequiredService<IGrainFactory>().GetGrain<IRunGrain>(id);
        await run.CreateAsync(new CreateRun("0", null, null, 1, []));
        await run.LogBatchAsync(new LogBatch([.. loss.Select((value, i) => new Metric("loss", value.Value, i, value.Step))], [.. parameters.Select(p => new Contracts.Experiments.KeyValue(p.Key, p.Value))], []));
        return id;
    }
}
