using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
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
            ["job_id", "model", "dataset", "dataset_version", "experiment", "status", "progress", "message", "run_id", "model_name", "model_version", "creation_time", "start_time", "end_time"],
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

    [Theory]
    [InlineData("/mlops/training/none")]
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
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    private async Task<JsonNode> WaitForEndAsync(string id)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var job = await GetAsync($"/mlops/training/{id}");
            if ((string?)job["status"] is "completed" or "failed" or "stopped")
            {
                return job;
            }

            if (deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"Waited 60 s for training job {id} to end; it is {job.ToJsonString()}.");
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
