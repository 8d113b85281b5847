using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Models;
using MLOps.Contracts.Runs;
using MLOps.Gateway.Tests.Endpoints;

namespace MLOps.Gateway.Tests.Experiments;

/// <summary>The rows "Tracking and registry" of docs/http-api.md.</summary>
public sealed class TrackingApiTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    private const string Api = "/api/v1/mlflow";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IGrainFactory Grains => platform.Services.GetRequiredService<IGrainFactory>();

    [Fact]
    public async Task Experiment_Created_IsFoundByNameAndListed()
    {
        using var created = await platform.Http.PostAsJsonAsync($"{Api}/experiments", new { name = "native" }, Ct);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var experiment = await GetAsync($"{Api}/experiments/native");
        Assert.Equal("active", experiment.GetProperty("lifecycle_stage").GetString());
        var listed = (await GetAsync($"{Api}/experiments")).GetProperty("experiments").EnumerateArray();
        Assert.Contains(listed, item => item.GetProperty("experiment_id").GetString() == experiment.GetProperty("experiment_id").GetString());

        using var again = await platform.Http.PostAsJsonAsync($"{Api}/experiments", new { name = "native" }, Ct);
        await AssertProblemAsync(again, HttpStatusCode.Conflict, "AlreadyExists");
    }

    [Theory]
    [InlineData("quant/daily/σ-models")]
    [InlineData("100% / a+b & c?")]
    [InlineData("literal %2F stays")]
    [InlineData("日本株 モデル")]
    public async Task Experiment_NameOfAnyCharacters_IsFoundByItsEscapedPath(string name)
    {
        using var created = await platform.Http.PostAsJsonAsync($"{Api}/experiments", new { name }, Ct);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var path = $"{Api}/experiments/{Uri.EscapeDataString(name)}";
        Assert.Equal(path, created.Headers.Location!.OriginalString);
        Assert.Equal(name, (await GetAsync(path)).GetProperty("name").GetString());
        Assert.Empty((await GetAsync($"{path}/runs")).GetProperty("runs").EnumerateArray());
    }

    [Fact]
    public async Task Experiments_InPages_AreAllThereOnce()
    {
        for (var i = 0; i < 5; i++)
        {
            using var created = await platform.Http.PostAsJsonAsync($"{Api}/experiments", new { name = $"paged-{i}" }, Ct);
        }

        var names = new List<string?>();
        string? token = null;
        do
        {
            var page = await GetAsync($"{Api}/experiments?max_results=2&filter={Uri.EscapeDataString("name LIKE 'paged-%'")}&page_token={Uri.EscapeDataString(token ?? "")}");
            names.AddRange(page.GetProperty("experiments").EnumerateArray().Select(item => item.GetProperty("name").GetString()));
            token = page.GetProperty("next_page_token").GetString();
        }
        while (token is not null);
        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"paged-{i}"), names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Runs_FilteredAndOrdered_ComeInThatOrder()
    {
        using var created = await platform.Http.PostAsJsonAsync($"{Api}/experiments", new { name = "ordered" }, Ct);
        var experiment = (await created.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("experiment_id").GetString()!;
        foreach (var loss in (double[])[0.3, 0.1, 0.2, 0.9])
        {
            var id = Guid.NewGuid().ToString("n");
            await Run(id).CreateAsync(new CreateRun(experiment, null, null, 1, []));
            await Run(id).LogBatchAsync(LogBatch.OfMetric(new Metric("loss", loss, 1, 0)));
        }

        var runs = (await GetAsync($"{Api}/experiments/ordered/runs?filter={Uri.EscapeDataString("metrics.loss < 0.5")}&order_by={Uri.EscapeDataString("metrics.loss ASC")}")).GetProperty("runs");
        Assert.Equal([0.1, 0.2, 0.3], runs.EnumerateArray().Select(run => run.GetProperty("metrics").GetProperty("loss").GetDouble()));
    }

    [Fact]
    public async Task Curves_OfARangeOfSteps_AreExact()
    {
        var run = await CreateRunAsync();
        await Run(run).LogBatchAsync(new LogBatch([.. Enumerable.Range(0, 1000).Select(i => new Metric("loss", i, i, i))], [], []));
        var series = Assert.Single((await GetAsync($"{Api}/runs/{run}/metrics?max_points=10&from_step=100&to_step=107")).GetProperty("series").EnumerateArray());
        Assert.Equal(8, series.GetProperty("count").GetInt32());
        Assert.Equal(Enumerable.Range(100, 8), series.GetProperty("points").EnumerateArray().Select(point => point.GetProperty("step").GetInt32()));
        using var refused = await platform.Http.GetAsync($"{Api}/runs/{run}/metrics?from_step=2&to_step=1", Ct);
        await AssertProblemAsync(refused, HttpStatusCode.BadRequest, "InvalidArgument");
    }

    [Fact]
    public async Task Stream_OfAClientThatComesBack_BeginsWithAGap()
    {
        var run = await CreateRunAsync();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Api}/runs/{run}/metrics/stream");
        request.Headers.Add("Last-Event-ID", "17");
        using var answer = await platform.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        await using var body = await answer.Content.ReadAsStreamAsync(patience.Token);
        await foreach (var item in SseParser.Create(body).EnumerateAsync(patience.Token))
        {
            Assert.Equal("gap", item.EventType);
            Assert.Contains("reconnected", item.Data, StringComparison.Ordinal);
            break;
        }
    }

    [Fact]
    public async Task Run_Logged_IsAnsweredWithItsCurvesAndCounted()
    {
        var before = (await GetAsync($"{Api}/status")).GetProperty("runs").GetInt64();
        var run = await CreateRunAsync();
        await Run(run).LogBatchAsync(new LogBatch([.. Enumerable.Range(0, 1000).Select(i => new Metric("loss", i, i, i))], [new("p", "v")], []));

        var answer = await GetAsync($"{Api}/runs/{run}");
        Assert.Equal(999, answer.GetProperty("metrics").GetProperty("loss").GetDouble());
        Assert.Equal("v", answer.GetProperty("params").GetProperty("p").GetString());
        Assert.Equal("RUNNING", answer.GetProperty("info").GetProperty("status").GetString());
        Assert.Equal(before + 1, (await GetAsync($"{Api}/status")).GetProperty("runs").GetInt64());

        var series = Assert.Single((await GetAsync($"{Api}/runs/{run}/metrics?max_points=10")).GetProperty("series").EnumerateArray());
        Assert.Equal(1000, series.GetProperty("count").GetInt32());
        Assert.Equal(10, series.GetProperty("points").GetArrayLength());
        Assert.Contains((await GetAsync($"{Api}/experiments/Default/runs")).GetProperty("runs").EnumerateArray(), item => item.GetProperty("info").GetProperty("run_id").GetString() == run);
    }

    [Fact]
    public async Task Curves_NaN_IsTheTextNaN()
    {
        var run = await CreateRunAsync();
        await Run(run).LogBatchAsync(LogBatch.OfMetric(new Metric("loss", double.NaN, 1, 1)));
        var series = Assert.Single((await GetAsync($"{Api}/runs/{run}/metrics?key=loss")).GetProperty("series").EnumerateArray());
        Assert.Equal("NaN", series.GetProperty("points")[0].GetProperty("value").GetString());
    }

    [Fact]
    public async Task Stream_OfARun_BringsMetricsAndStatusAsTheyAreLogged()
    {
        var run = await CreateRunAsync();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        await using var body = await platform.Http.GetStreamAsync($"{Api}/runs/{run}/metrics/stream", patience.Token);

        // The headers are sent after the subscription, so nothing logged from here on is missed.
        await Run(run).LogBatchAsync(LogBatch.OfMetric(new Metric("loss", 0.5, 7, 3)));
        await Run(run).UpdateAsync(new UpdateRun(RunStatus.Finished, 9, null));

        var seen = new List<(string Kind, JsonElement Data)>();
        await foreach (var item in SseParser.Create(body).EnumerateAsync(patience.Token))
        {
            seen.Add((item.EventType, JsonSerializer.Deserialize<JsonElement>(item.Data)));
            if (item.EventType == "run")
            {
                break;
            }
        }

        Assert.Equal(["metric", "run"], seen.Select(item => item.Kind));
        Assert.Equal(("loss", 0.5, 3), (seen[0].Data.GetProperty("key").GetString(), seen[0].Data.GetProperty("value").GetDouble(), seen[0].Data.GetProperty("step").GetInt32()));
        Assert.Equal(("FINISHED", 9), (seen[1].Data.GetProperty("status").GetString(), seen[1].Data.GetProperty("end_time").GetInt64()));
    }

    [Fact]
    public async Task Transition_ToProduction_ArchivesTheOldOneUnlessToldOtherwise()
    {
        var model = Grains.GetGrain<IRegisteredModelGrain>("promoted");
        await model.CreateAsync(null, []);
        for (var i = 0; i < 3; i++)
        {
            await model.CreateVersionAsync(new CreateModelVersion("s3://b/k", null, null, null, []));
        }

        Assert.Equal("Production", (await TransitionAsync(new { name = "promoted", version = 1, stage = "production" })).GetProperty("current_stage").GetString());
        await TransitionAsync(new { name = "promoted", version = "2", stage = "Production", comment = "better" });
        await TransitionAsync(new { name = "promoted", version = 3, stage = "Production", archive_existing_versions = false });

        var history = (await GetAsync($"{Api}/models/promoted/history")).GetProperty("history").EnumerateArray().ToList();
        (int, string, string)[] expected = [(1, "None", "Production"), (1, "Production", "Archived"), (2, "None", "Production"), (3, "None", "Production")];
        Assert.Equal(expected, history.Select(line => (line.GetProperty("version").GetInt32(), line.GetProperty("from").GetString()!, line.GetProperty("to").GetString()!)).Order());
        Assert.Equal(3, (await GetAsync($"{Api}/models/promoted/latest")).GetProperty("version").GetInt32());
    }

    [Theory]
    [InlineData("""{"version":1,"stage":"Production"}""")]
    [InlineData("""{"name":"m","version":"x","stage":"Production"}""")]
    [InlineData("""{"name":"m","version":1,"stage":"Live"}""")]
    [InlineData("""{"name":"m","version":1,"stage":"2"}""")]
    [InlineData("""{"name":"m","version":1,""")]
    [InlineData("null")]
    public async Task Transition_BadBody_IsRefusedAsAProblem(string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await platform.Http.PostAsync($"{Api}/models/transition", content, Ct);
        await AssertProblemAsync(answer, HttpStatusCode.BadRequest, "InvalidArgument");
    }

    [Theory]
    [InlineData("/runs/nope", HttpStatusCode.NotFound, "NotFound")]
    [InlineData("/runs/nope/metrics", HttpStatusCode.NotFound, "NotFound")]
    [InlineData("/runs/nope/metrics/stream", HttpStatusCode.NotFound, "NotFound")]
    [InlineData("/runs/nope/artifacts?path=..", HttpStatusCode.BadRequest, "InvalidArgument")]
    [InlineData("/experiments/nope", HttpStatusCode.NotFound, "NotFound")]
    [InlineData("/models/nope/latest", HttpStatusCode.NotFound, "NotFound")]
    [InlineData("/models/nope/history", HttpStatusCode.NotFound, "NotFound")]
    [InlineData("/experiments/Default/runs?max_results=0", HttpStatusCode.BadRequest, "InvalidArgument")]
    [InlineData("/experiments?max_results=0", HttpStatusCode.BadRequest, "InvalidArgument")]
    [InlineData("/experiments?page_token=x", HttpStatusCode.BadRequest, "InvalidArgument")]
    [InlineData("/experiments/Default/runs?filter=nonsense", HttpStatusCode.BadRequest, "InvalidArgument")]
    [InlineData("/models?max_results=1001", HttpStatusCode.BadRequest, "InvalidArgument")]
    [InlineData("/models/nope/latest?stage=Live", HttpStatusCode.BadRequest, "InvalidArgument")]
    [InlineData("/models/nope/production", HttpStatusCode.NotFound, "NotFound")]
    [InlineData("/models/nope/production?at=yesterday", HttpStatusCode.BadRequest, "InvalidArgument")]
    [InlineData("/models/nope/stages/Live", HttpStatusCode.BadRequest, "InvalidArgument")]
    [InlineData("/models/nope/aliases/champion", HttpStatusCode.NotFound, "NotFound")]
    [InlineData("/models/nope/history?kind=colour", HttpStatusCode.BadRequest, "InvalidArgument")]
    [InlineData("/models/nope/versions/1/history", HttpStatusCode.NotFound, "NotFound")]
    [InlineData("/models/nope/versions/1/lineage", HttpStatusCode.NotFound, "NotFound")]
    [InlineData("/experiments/Default/runs?max_results=many", HttpStatusCode.BadRequest, "InvalidArgument")]
    [InlineData("/no/such/route", HttpStatusCode.NotFound, "NotFound")]
    [InlineData("/models/transition", HttpStatusCode.MethodNotAllowed, "InvalidArgument")]
    public async Task Get_WhatIsNotThere_IsAProblem(string path, HttpStatusCode status, string code)
    {
        using var answer = await platform.Http.GetAsync(Api + path, Ct);
        await AssertProblemAsync(answer, status, code);
    }

    private static async Task AssertProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var body = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.StatusCode == status, $"expected {status}, got {answer.StatusCode}: {body}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        using var problem = JsonDocument.Parse(body);
        Assert.Equal((int)status, problem.RootElement.GetProperty("status").GetInt32());
        Assert.Equal(code, problem.RootElement.GetProperty("code").GetString());
        Assert.NotEmpty(problem.RootElement.GetProperty("detail").GetString()!);
    }

    private IRunGrain Run(string id) => Grains.GetGrain<IRunGrain>(id);

    private async Task<string> CreateRunAsync()
    {
        var id = Guid.NewGuid().ToString("n");
        await Run(id).CreateAsync(new CreateRun("0", null, null, 1, []));
        return id;
    }

    private Task<JsonElement> GetAsync(string path) => platform.Http.GetFromJsonAsync<JsonElement>(path, Ct);

    private async Task<JsonElement> TransitionAsync(object body)
    {
        using var answer = await platform.Http.PostAsJsonAsync($"{Api}/models/transition", body, Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
    }
}
