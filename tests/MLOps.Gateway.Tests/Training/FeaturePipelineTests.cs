using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MLOps.Gateway.Tests.Endpoints;
using MLOps.Testing;

namespace MLOps.Gateway.Tests.Training;

/// <summary>A model trained behind a feature pipeline, and the features that serving makes of raw rows.</summary>
public sealed class FeaturePipelineTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Train_BehindAPipeline_ServingMakesTheSameFeaturesOfRawRows()
    {
        var lines = await File.ReadAllLinesAsync(RepositoryRoot.Combine("samples", "data", "sp500_daily_ohlcv_2000_2020.csv"), Ct);
        using (var upload = new StringContent(string.Join('\n', lines)))
        {
            using var registered = await platform.Http.PostAsync(new Uri("/mlops/datasets?name=sp500&kind=ohlcv", UriKind.Relative), upload, Ct);
            registered.EnsureSuccessStatusCode();
        }

        var bars = await StartAsync(new JsonObject { ["model"] = "tcn-regime-classifier", ["dataset"] = "sp500", ["features"] = JsonNode.Parse("""{"features":[{"type":"returns"}]}""") });
        Assert.Equal(HttpStatusCode.BadRequest, bars.Status);
        Assert.Contains("makes its features of bars by itself", (string?)bars.Answer["detail"], StringComparison.Ordinal);
        var unread = await StartAsync(new JsonObject { ["model"] = "har-rv", ["dataset"] = "sp500", ["features"] = JsonNode.Parse("""{"features":[{"type":"magic"}]}""") });
        Assert.Contains("'features': The feature pipeline cannot be read", (string?)unread.Answer["detail"], StringComparison.Ordinal);

        var (status, job) = await StartAsync(new JsonObject
        {
            ["model"] = "har-rv",
            ["dataset"] = "sp500",
            ["parameters"] = new JsonObject { ["column"] = "volatility_close_5" },
            ["features"] = JsonNode.Parse("""{"scale":false,"features":[{"type":"realised_volatility","window":5}]}"""),
            ["register_as"] = "har-behind-a-pipeline",
        });
        Assert.True(status == HttpStatusCode.Accepted, job.ToJsonString());
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while ((string?)job["status"] is "queued" or "running")
        {
            Assert.False(deadline.IsCancellationRequested, $"Waited 3 minutes for the end of the training; the job is {job.ToJsonString()}.");
            await Task.Delay(50, Ct);
            job = (await platform.Http.GetFromJsonAsync<JsonNode>($"/mlops/training/{job["job_id"]}", Ct))!;
        }

        Assert.True((string?)job["status"] == "completed", job.ToJsonString());
        using var raw = new StringContent(string.Join('\n', [lines[0], .. lines[^7..]]));
        using var answer = await platform.Http.PostAsync(new Uri("/api/v1/mlflow/models/har-behind-a-pipeline/versions/1/features", UriKind.Relative), raw, Ct);
        var computed = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!;
        Assert.Equal(["volatility_close_5"], computed["columns"]!.AsArray().Select(name => (string?)name));
        Assert.Equal(2, computed["rows"]!.AsArray().Count);
        double[] closes = [.. lines[^6..].Select(line => double.Parse(line.Split(',')[4], CultureInfo.InvariantCulture))];
        var expected = Math.Sqrt(closes.Zip(closes.Skip(1), (before, now) => Math.Pow(100 * Math.Log(now / before), 2)).Average());
        Assert.Equal(expected, (double)computed["rows"]![1]![0]!, 1e-10);
    }

    [Fact]
    public async Task Compute_VersionWithoutAPipeline_IsRefused()
    {
        using var rows = new StringContent("date,close\n2020-01-02,1\n");
        using var answer = await platform.Http.PostAsync(new Uri("/api/v1/mlflow/models/absent/versions/1/features", UriKind.Relative), rows, Ct);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private async Task<(HttpStatusCode Status, JsonNode Answer)> StartAsync(JsonObject body)
    {
        using var answer = await platform.Http.PostAsJsonAsync("/mlops/training/start", body, Ct);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!);
    }
}
