using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Models;
using MLOps.Contracts.Monitoring;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Endpoints;
using MLOps.Testing.Onnx;
using MLOps.Tracking;

namespace MLOps.Gateway.Tests.Endpoints;

public sealed class ServingTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    private readonly HttpClient _http = platform.Http;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Deploy_ThenInfer_AnswersWithVariantAndVersion()
    {
        await DeployAsync("infer", TinyModels.Mlp());
        using var answer = await InferAsync("infer", """{"id":"7","inputs":[{"name":"x","shape":[1,3],"datatype":"FP32","data":[[1,2,3]]}]}""");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Ct));
        Assert.Equal("7", json.RootElement.GetProperty("id").GetString());
        Assert.Equal("1", json.RootElement.GetProperty("model_version").GetString());
        Assert.Equal("default", json.RootElement.GetProperty("parameters").GetProperty("variant").GetString());
        Assert.Equal(13.5, json.RootElement.GetProperty("outputs")[0].GetProperty("data")[0].GetDouble());
        Assert.Equal("1", answer.Headers.GetValues("X-MLOps-Model-Version").Single());

        var endpoint = await _http.GetFromJsonAsync<JsonElement>("/api/v1/mlflow/serving/endpoints/infer", Ct);
        Assert.Equal("ready", endpoint.GetProperty("status").GetString());
        Assert.Equal(1, endpoint.GetProperty("requests").GetInt64());
        Assert.True(endpoint.GetProperty("latency_p99_ms").GetDouble() > 0);
    }

    [Fact]
    public async Task Refresh_AfterPromotion_RollsToTheNewVersion()
    {
        var registry = platform.Services.GetRequiredService<IModelRegistryStore>();
        await platform.RegisterAsync("staged", TinyModels.AddConstant(1, 1));
        await registry.TransitionStageAsync("staged", new TransitionStage(1, ModelStage.Production, true, "test", null), Ct);
        await _http.PostAsJsonAsync("/api/v1/mlflow/serving/deploy", new { endpoint = "staged", model_uri = "models:/staged/Production" }, Ct);
        Assert.Equal(11, await AddAsync("staged"));

        await platform.RegisterAsync("staged", TinyModels.AddConstant(2, 1));
        await registry.TransitionStageAsync("staged", new TransitionStage(2, ModelStage.Production, true, "test", null), Ct);
        await Endpoint("staged").RefreshAsync();
        Assert.Equal(12, await AddAsync("staged"));
    }

    [Fact]
    public async Task Deploy_BrokenVersion_KeepsServingTheOld()
    {
        await DeployAsync("kept", TinyModels.AddConstant(1, 1));
        var broken = await platform.RegisterAsync("kept", "garbage"u8.ToArray());
        var exception = await Assert.ThrowsAsync<MLOpsException>(() => Endpoint("kept").DeployAsync(new EndpointSpec(new[] { new VariantSpec("default", $"models:/kept/{broken}") }, null)));
        Assert.Equal(ProblemCode.InvalidArgument, exception.Code);
        Assert.Equal(11, await AddAsync("kept"));
    }

    [Fact]
    public async Task Deploy_UnknownModel_LeavesNoEndpoint()
    {
        var exception = await Assert.ThrowsAsync<MLOpsException>(() => Endpoint("nothing").DeployAsync(new EndpointSpec(new[] { new VariantSpec("default", "models:/nothing/1") }, null)));
        Assert.Equal(ProblemCode.NotFound, exception.Code);
        var list = await _http.GetFromJsonAsync<JsonElement>("/mlops/models", Ct);
        Assert.DoesNotContain("nothing", list.GetProperty("endpoints").EnumerateArray().Select(endpoint => endpoint.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Rollout_UnderFire_FailsNoRequest()
    {
        await DeployAsync("fire", TinyModels.AddConstant(1, 1));
        await platform.RegisterAsync("fire", TinyModels.AddConstant(2, 1));
        using var stop = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            var answers = 0;
            while (!stop.IsCancellationRequested)
            {
                Assert.InRange(await AddAsync("fire"), 11, 12);
                answers++;
            }

            return answers;
        }, Ct)).ToArray();
        for (var i = 0; i < 12; i++)
        {
            await Endpoint("fire").DeployAsync(new EndpointSpec(new[] { new VariantSpec("default", $"models:/fire/{(i % 2) + 1}") }, null));
        }

        await stop.CancelAsync();
        Assert.True((await Task.WhenAll(callers)).Sum() > 0);
    }

    [Fact]
    public async Task Variants_CallerKey_IsStickyAndFollowsTheWeights()
    {
        await platform.RegisterAsync("ab", TinyModels.AddConstant(1, 1));
        await platform.RegisterAsync("ab", TinyModels.AddConstant(2, 1));
        await Endpoint("ab").DeployAsync(new EndpointSpec(
            new[] { new VariantSpec("a", "models:/ab/1", 3), new VariantSpec("b", "models:/ab/2", 1) }, null));
        var first = 0;
        for (var i = 0; i < 200; i++)
        {
            var answer = await AddAsync("ab", $"caller-{i}");
            Assert.Equal(answer, await AddAsync("ab", $"caller-{i}"));
            first += answer == 11 ? 1 : 0;
        }

        // The keys are fixed and so are their hashes: 150 expected, and never another count.
        Assert.InRange(first, 130, 170);
    }

    [Theory]
    [InlineData("""{"inputs":[[1,2,3],[0,0,0]]}""")]
    [InlineData("""{"inputs":{"x":[[1,2,3],[0,0,0]]}}""")]
    [InlineData("""{"instances":[[1,2,3],[0,0,0]]}""")]
    [InlineData("""{"instances":[{"x":[1,2,3]},{"x":[0,0,0]}]}""")]
    [InlineData("""{"dataframe_split":{"columns":["a","b","c"],"data":[[1,2,3],[0,0,0]]}}""")]
    [InlineData("""{"dataframe_records":[{"a":1,"b":2,"c":3},{"a":0,"b":0,"c":0}]}""")]
    public async Task Score_EveryForm_GivesThePredictions(string body)
    {
        await DeployAsync("score", TinyModels.Mlp());
        using var answer = await _http.PostAsync("/api/v1/mlflow/serve/score", new StringContent(body, Encoding.UTF8, "application/json"), Ct);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
        Assert.Equal("[[13.5],[1.5]]", json.GetProperty("predictions").GetRawText());
        Assert.Equal("default", json.GetProperty("variant").GetString());
    }

    [Fact]
    public async Task Capture_RequestsWithEventTimes_ReachTheMonitorsWindow()
    {
        const string profile = """
            {"version":1,"features":[{"name":"r","input":"x","index":1,"values":[1,2,3,4]}],"window":"month","block_length":2,"quantile":0.99,
            "threshold":100,"blocks":2,"training_start":"2000-01-03","training_end":"2016-12-30","method":"test"}
            """;
        var version = await platform.RegisterAsync("watched", TinyModels.AddConstant(1, 2), profile);
        var endpoint = await Endpoint("watched").DeployAsync(new EndpointSpec(new[] { new VariantSpec("default", $"models:/watched/{version}") }, null));
        Assert.Equal([new MonitoredElement("r", "x", 1)], endpoint.Monitored);

        foreach (var day in new[] { "2020-03-02", "2020-03-03" })
        {
            using var answer = await InferAsync("watched", $$"""{"parameters":{"event_time":"{{day}}"},"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[0,2]}]}""");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        await platform.Services.GetRequiredService<CaptureQueue>().DrainAsync(Ct);
        var reports = (await platform.Services.GetRequiredService<IGrainFactory>().GetGrain<IMonitorGrain>("watched").EvaluateAsync()).Reports;
        Assert.Equal(("2020-03", 2), reports.Select(report => (report.Window, report.Count)).Single());
    }

    /// <summary>What is misspelt would otherwise be as if it were not given: a canary without its limit, for example.</summary>
    [Theory]
    [InlineData("POST", "/api/v1/mlflow/serving/deploy", """{"endpoint":"e","model_uri":"models:/m/1","limit":{}}""", "limit")]
    [InlineData("POST", "/api/v1/mlflow/serving/deploy", """{"endpoint":"e","variants":[{"name":"a","model_uri":"models:/m/1","wieght":1}]}""", "wieght")]
    [InlineData("POST", "/mlops/deploy", """{"endpoint":"e","model_uri":"models:/m/1","canary":{"variant":"a","steps":[{"weight":1}],"max_eror_rate":0.1}}""", "max_eror_rate")]
    [InlineData("POST", "/api/v1/mlflow/serving/endpoints/e/feedback", """{"request_id":"r","metric":"m","valeu":1}""", "valeu")]
    [InlineData("PUT", "/api/v1/mlflow/serving/endpoints/e/retraining", """{"model":"har-rv","dataset":"d","metric":"m","treshold":1}""", "treshold")]
    [InlineData("POST", "/mlops/training/start", """{"model":"har-rv","dataset":"d","parameter":{}}""", "parameter")]
    [InlineData("POST", "/mlops/housekeeping/purge", """{"dry-run":false}""", "dry-run")]
    [InlineData("POST", "/api/v1/mlflow/models/transition", """{"name":"m","version":"1","stage":"Production","archive":false}""", "archive")]
    public async Task Body_MemberThatIsNone_Is400AndNamesIt(string method, string route, string body, string member)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), route) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        using var answer = await _http.SendAsync(request, Ct);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
        Assert.Equal((HttpStatusCode.BadRequest, "InvalidArgument"), (answer.StatusCode, problem.GetProperty("code").GetString()));
        Assert.EndsWith($"there is no member '{member}' here", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Score_UnknownEndpoint_IsAProblem()
    {
        using var answer = await platform.Http.PostAsync("/api/v1/mlflow/serve/nobody", new StringContent("""{"inputs":[[1]]}"""), Ct);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Endpoint_AfterRestart_ComesBackByItself()
    {
        await DeployAsync("restart", TinyModels.AddConstant(1, 1));
        await platform.RestartAsync();
        using var answer = await platform.Http.PostAsync(
            "/v2/models/restart/infer",
            new StringContent("""{"inputs":[{"name":"x","shape":[1,1],"datatype":"FP32","data":[10]}]}"""),
            Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Endpoint_WhoseArtifactIsGone_Is503AndSaysWhich()
    {
        await DeployAsync("lost", TinyModels.AddConstant(1, 1));
        await platform.Services.GetRequiredService<IArtifactStore>().DeleteAsync("models/lost", Ct);
        await platform.RestartAsync();

        const string Body = """{"inputs":[{"name":"x","shape":[1,1],"datatype":"FP32","data":[10]}]}""";
        using var infer = await InferAsync("lost", Body);
        using var score = await platform.Http.PostAsync("/api/v1/mlflow/serve/lost", new StringContent("""{"inputs":[[10]]}"""), Ct);
        using var invoke = await platform.Http.PostAsJsonAsync("/endpoints/lost/invocations", new { inputs = new[] { new[] { 10 } } }, Ct);
        foreach (var answer in new[] { infer, score, invoke })
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.False(answer.Headers.Contains("Retry-After"));
            Assert.Contains("lost version 1, which endpoint ", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        }
    }

    private IEndpointGrain Endpoint(string name) => platform.Services.GetRequiredService<IGrainFactory>().GetGrain<IEndpointGrain>(name);

    private async Task DeployAsync(string name, byte[] onnx)
    {
        var version = await platform.RegisterAsync(name, onnx);
        using var answer = await platform.Http.PostAsJsonAsync("/api/v1/mlflow/serving/deploy", new { endpoint = name, model_uri = $"models:/{name}/{version}" }, Ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }

    private Task<HttpResponseMessage> InferAsync(string name, string json) =>
        platform.Http.PostAsync($"/v2/models/{name}/infer", new StringContent(json), Ct);

    private async Task<double> AddAsync(string name, string caller = "me")
    {
        using var answer = await InferAsync(name, $$"""{"parameters":{"caller_key":"{{caller}}"},"inputs":[{"name":"x","shape":[1,1],"datatype":"FP32","data":[10]}]}""");
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.IsSuccessStatusCode, text);
        using var json = JsonDocument.Parse(text);
        return json.RootElement.GetProperty("outputs")[0].GetProperty("data")[0].GetDouble();
    }
}
