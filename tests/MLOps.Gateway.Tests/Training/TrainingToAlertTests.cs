using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Monitoring;
using MLOps.Gateway.Tests.Endpoints;
using MLOps.Testing;

namespace MLOps.Gateway.Tests.Training;

/// <summary>A quant's way by HTTP alone: data, training, deployment, drift, alert.</summary>
public class TrainingToAlertTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    [Fact]
    public async Task UploadTrainDeployObserve_DriftedMonth_IsAlertedAndAcknowledged()
    {
        await UploadAsync("sp500");
        var (status, started) = await PostAsync("/mlops/training/start", """{"model":"garch","dataset":"sp500","train_end":"2016-12-31","parameters":{},"register_as":"vol"}""");
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal(
            ["job_id", "model", "dataset", "dataset_version", "experiment", "status", "progress", "message", "run_id", "model_name", "model_version", "creation_time", "start_time", "end_time", "priority", "queue_position", "estimated_end_time"],
            started.AsObject().Select(member => member.Key));

        var job = await WaitForEndAsync((string)started["job_id"]!);

        Assert.True((string?)job["status"] == "completed", (string?)job["message"]);
        Assert.Equal(("vol", 1), ((string?)job["model_name"], (int?)job["model_version"]));
        await CheckRunAsync((string)job["run_id"]!);
        Assert.Contains((await GetAsync("/mlops/training/jobs"))["jobs"]!.AsArray(), listed => (string?)listed!["job_id"] == (string?)job["job_id"]);

        Assert.Equal(HttpStatusCode.OK, (await PostAsync("/mlops/deploy", """{"endpoint":"vol","model_uri":"models:/vol/1"}""")).Status);
        var monitor = platform.Services.GetRequiredService<IGrainFactory>().GetGrain<IMonitorGrain>("vol");
        var profile = JsonNode.Parse((await monitor.GetProfileAsync())!)!;
        await monitor.ObserveAsync(Far(profile["features"]!.AsArray().Count));

        var (_, drift) = await PostAsync("/mlops/monitoring/vol/evaluate", "");
        var report = Assert.Single(drift["reports"]!.AsArray())!;
        Assert.Equal(("2019-02", true), ((string?)report["window"], (bool?)report["drifted"]));
        Assert.Equal(
            ["feature", "kolmogorov_smirnov", "normalised", "textbook_p_value", "population_stability_index"],
            report["features"]![0]!.AsObject().Select(member => member.Key));
        Assert.True(JsonNode.DeepEquals(drift, await GetAsync("/mlops/monitoring/vol/drift")));

        var alert = Assert.Single((await GetAsync("/mlops/alerts"))["alerts"]!.AsArray())!;
        Assert.Equal(("DRIFT", "vol", "2019-02"), ((string?)alert["kind"], (string?)alert["endpoint"], (string?)alert["window"]));
        var (acknowledged, after) = await PostAsync($"/mlops/alerts/{alert["alert_id"]}/acknowledge", """{"by":"ann"}""");
        Assert.Equal((HttpStatusCode.OK, "ann"), (acknowledged, (string?)after["acknowledged_by"]));
    }

    [Fact]
    public async Task Events_OfAJob_HaveEachValueOnceAndEndWithTheJob()
    {
        await UploadAsync("events");
        var (_, started) = await PostAsync("/mlops/training/start", """{"model":"garch","dataset":"events"}""");
        var cancellationToken = TestContext.Current.CancellationToken;
        using var answer = await platform.Http.GetAsync(new Uri($"/mlops/training/{started["job_id"]}/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        var events = new List<(string Type, JsonNode Data)>();
        await foreach (var item in SseParser.Create(body).EnumerateAsync(cancellationToken))
        {
            events.Add((item.EventType, JsonNode.Parse(item.Data)!));
        }

        var (lastType, last) = events[^1];
        Assert.Equal(("job", "completed"), (lastType, (string?)last["status"]));
        Assert.True(JsonNode.DeepEquals(last, await GetAsync($"/mlops/training/{started["job_id"]}")));

        // The last curve of a metric with what was pushed after it is the metric's history.
        var runId = (string)last["run_id"]!;
        var curves = (await GetAsync($"/api/v1/mlflow/runs/{runId}/metrics"))["series"]!.AsArray();
        Assert.NotEmpty(curves);
        foreach (var curve in curves)
        {
            var key = (string?)curve!["key"];
            var at = events.FindLastIndex(e => e.Type == "curve" && (string?)e.Data["key"] == key);
            long[] steps =
            [
                .. at < 0 ? [] : events[at].Data["points"]!.AsArray().Select(point => (long)point!["step"]!),
                .. events.Skip(at + 1).Where(e => e.Type == "metric" && (string?)e.Data["key"] == key).Select(e => (long)e.Data["step"]!),
            ];
            Assert.Equal(curve["points"]!.AsArray().Select(point => (long)point!["step"]!), steps);
        }
    }

    /// <summary>The job names the run as it is in the store.</summary>
    protected virtual async Task CheckRunAsync(string runId) =>
        Assert.Equal("FINISHED", (string?)(await GetAsync($"/api/v1/mlflow/runs/{runId}"))["info"]!["status"]);

    [Fact]
    public async Task Catalog_EveryModel_HasWhatAFormNeeds()
    {
        var models = (await GetAsync("/api/v1/models/catalog"))["models"]!.AsArray();

        var garch = Assert.Single(models, model => (string?)model!["id"] == "garch")!;
        Assert.False(string.IsNullOrEmpty((string?)garch["category"]));
        Assert.Superset(
            new HashSet<string> { "name", "type", "default", "minimum", "maximum", "description" },
            garch["hyper_parameters"]![0]!.AsObject().Select(member => member.Key).ToHashSet());
    }

    [Theory]
    [InlineData("""{"dataset":"d"}""", "'model' is missing")]
    [InlineData("""{"model":"garch"}""", "'dataset' is missing")]
    [InlineData("""{"model":"garch","dataset":"nowhere"}""", "'dataset' is 'nowhere'")]
    [InlineData("""{"model":"garch","dataset":"d","parameters":{"p":[1]}}""", "'parameters.p' is [1]")]
    [InlineData("""{"model":"garch","dataset":"d","parameters":{"lags":2}}""", "'lags' is unknown")]
    [InlineData("not json", "not the JSON")]
    public async Task Start_BadBody_Answers400NamingTheField(string body, string said)
    {
        var (status, problem) = await PostAsync("/mlops/training/start", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(said, (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_ByHttp_TriesItsSpaceAndRegistersTheBest()
    {
        await UploadAsync("searched");
        var (status, started) = await PostAsync(
            "/mlops/training/search",
            """{"model":"garch","dataset":"searched","parameters":{"validation_fraction":0.2},"space":{"innovations":{}},"method":"grid","metric":"loglik","direction":"maximize","register_as":"best-garch"}""");
        Assert.Equal(HttpStatusCode.Accepted, status);

        var search = await WaitForEndAsync($"/mlops/training/search/{started["search_id"]}");

        Assert.True((string?)search["status"] == "completed", search.ToJsonString());
        var trials = search["trials"]!.AsArray();
        Assert.Equal((int)search["maximum_trials"]!, trials.Count);
        Assert.Equal(trials.Max(trial => (double)trial!["value"]!), (double)search["best"]!["value"]!);
        Assert.Equal(("best-garch", 1), ((string?)search["model_name"], (int?)search["model_version"]));
        Assert.Contains((await GetAsync("/mlops/training/search"))["searches"]!.AsArray(), listed => (string?)listed!["search_id"] == (string?)search["search_id"]);
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync($"/mlops/training/search/{search["search_id"]}/stop", "")).Status);
    }

    [Theory]
    [InlineData("""{"model":"garch","dataset":"searched","metric":"loglik"}""", "it has no hyper-parameter to vary")]
    [InlineData("""{"model":"garch","dataset":"searched","metric":"loglik","space":{"lags":{}}}""", "'lags' is unknown")]
    [InlineData("""{"model":"garch","dataset":"searched","space":{"innovations":{}}}""", "'metric' is ''")]
    [InlineData("""{"model":"garch","dataset":"searched","metric":"loglik","method":"luck"}""", "'method' is 'luck': expected grid, random or tpe")]
    [InlineData("""{"model":"garch","dataset":"searched","metric":"loglik","direction":"up"}""", "'direction' is 'up'")]
    public async Task Search_BadBody_Answers400NamingTheField(string body, string said)
    {
        await UploadAsync("searched");

        var (status, problem) = await PostAsync("/mlops/training/search", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(said, (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task RetrainingPolicy_ByHttp_IsSetCarriedOutReadAndDeleted()
    {
        await UploadAsync("retrained");
        var (_, first) = await PostAsync("/mlops/training/start", """{"model":"garch","dataset":"retrained","train_end":"2010-12-31","register_as":"retrained"}""");
        await WaitForEndAsync((string)first["job_id"]!);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("/mlops/deploy", """{"endpoint":"retrained","model_uri":"models:/retrained/1"}""")).Status);
        const string Route = "/api/v1/mlflow/serving/endpoints/retrained/retraining";
        using var body = new StringContent(
            """{"model":"garch","dataset":"retrained","every_seconds":86400,"metric":"qlike","threshold":1000,"validation_rows":100}""", new MediaTypeHeaderValue("application/json"));
        var set = await platform.Http.PutAsync(new Uri(Route, UriKind.Relative), body, TestContext.Current.CancellationToken);
        Assert.True(set.StatusCode == HttpStatusCode.OK, await set.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var policy = await GetAsync(Route);
        Assert.Equal(
            ["endpoint", "model", "dataset", "parameters", "features", "evaluation", "checkpoint_every", "every_seconds", "on_drift", "validation_rows", "metric", "direction", "threshold", "canary", "next_time", "history"],
            policy.AsObject().Select(member => member.Key));
        Assert.Equal((86400, true, false), ((double)policy["every_seconds"]!, (bool)policy["on_drift"]!, (bool)policy["canary"]!));

        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(Route + "/start", "")).Status);
        var done = await WaitAsync(Route, read => read["history"]!.AsArray() is [{ } last, ..] && last["end_time"] is not null);
        Assert.True((string?)done["history"]![0]!["step"] == "succeeded", done.ToJsonString());
        Assert.Equal(2, (int)done["history"]![0]!["version"]!);

        Assert.Equal(HttpStatusCode.NoContent, (await platform.Http.DeleteAsync(new Uri(Route, UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await platform.Http.GetAsync(new Uri(Route, UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
    }

    [Theory]
    [InlineData("/mlops/training/none")]
    [InlineData("/mlops/training/search/none")]
    [InlineData("/mlops/monitoring/none/drift")]
    [InlineData("/mlops/datasets/none")]
    public async Task Get_Unknown_Answers404(string path) =>
        Assert.Equal(HttpStatusCode.NotFound, (await platform.Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);

    [Theory]
    [InlineData("/mlops/alerts/none/acknowledge", """{"by":"ann"}""", HttpStatusCode.NotFound)]
    [InlineData("/mlops/alerts/none/acknowledge", "{}", HttpStatusCode.BadRequest)]
    [InlineData("/mlops/training/none/stop", "", HttpStatusCode.NotFound)]
    [InlineData("/mlops/monitoring/none/evaluate", "", HttpStatusCode.NotFound)]
    public async Task Post_UnknownOrIncomplete_IsRefused(string path, string body, HttpStatusCode expected) =>
        Assert.Equal(expected, (await PostAsync(path, body)).Status);

    private static ObservedInput[] Far(int features) =>
        [.. Enumerable.Range(1, 20).Select(day => new ObservedInput(
            new DateTimeOffset(2019, 2, day, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(),
            [.. Enumerable.Repeat(1e3 + day, features)]))];

    private async Task UploadAsync(string name)
    {
        await using var file = File.OpenRead(RepositoryRoot.Combine("samples", "data", "sp500_daily_ohlcv_2000_2020.csv"));
        using var content = new StreamContent(file) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } };
        var answer = await platform.Http.PostAsync(new Uri($"/mlops/datasets?name={name}&kind=ohlcv", UriKind.Relative), content, TestContext.Current.CancellationToken);

        // OK: these bytes are registered already.
        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.Created, HttpStatusCode.OK });
    }

    /// <param name="id">Of a job, or the path of a search.</param>
    private Task<JsonNode> WaitForEndAsync(string id) =>
        WaitAsync(id.StartsWith('/') ? id : $"/mlops/training/{id}", read => (string?)read["status"] is "completed" or "failed" or "stopped");

    private async Task<JsonNode> WaitAsync(string path, Predicate<JsonNode> met)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (true)
        {
            var read = await GetAsync(path);
            if (met(read))
            {
                return read;
            }

            if (deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"Waited 3 minutes for {path} to end; it is {read.ToJsonString()}.");
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private async Task<JsonNode> GetAsync(string path) =>
        (await platform.Http.GetFromJsonAsync<JsonNode>(path, TestContext.Current.CancellationToken))!;

    private async Task<(HttpStatusCode Status, JsonNode Body)> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        var answer = await platform.Http.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!);
    }
}
