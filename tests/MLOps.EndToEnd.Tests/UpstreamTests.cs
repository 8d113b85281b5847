using System.Net.Http.Json;
using System.Text.Json;
using MLOps.Testing;

namespace MLOps.EndToEnd.Tests;

/// <summary>Two real processes, the second told by MLflow's own variable that the first has the truth.</summary>
public sealed class UpstreamTests
{
    private const string Api = "/api/2.0/mlflow/runs/";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TrackingUri_OfAnotherPlatform_SendsRunsThereAcrossItsRestart()
    {
        using var behind = new TemporaryFolder();
        using var before = new TemporaryFolder();
        await using var back = await PlatformProcess.StartAsync(behind.Path, Cancelled);
        await using var front = await PlatformProcess.StartAsync(before.Path, Cancelled, ("MLFLOW_TRACKING_URI", back.Url));
        using var client = new HttpClient();

        using var created = await client.PostAsJsonAsync(front.Url + Api + "create", new { experiment_id = "0", run_name = "through" }, Cancelled);
        var run = Info(await created.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("run_id").GetString()!;
        using var logged = await client.PostAsJsonAsync(front.Url + Api + "log-metric", new { run_id = run, key = "loss", value = 0.25, timestamp = 1 }, Cancelled);
        Assert.True(logged.IsSuccessStatusCode);

        var seen = await client.GetFromJsonAsync<JsonElement>($"{back.Url}{Api}get?run_id={run}", Cancelled);
        Assert.Equal("through", Info(seen).GetProperty("run_name").GetString());
        Assert.Equal(0.25, Assert.Single(seen.GetProperty("run").GetProperty("data").GetProperty("metrics").EnumerateArray()).GetProperty("value").GetDouble());
        Assert.Equal(0, await front.StopAsync(Cancelled));

        await using var again = await PlatformProcess.StartAsync(before.Path, Cancelled, ("MLFLOW_TRACKING_URI", back.Url));
        Assert.Equal("through", Info(await client.GetFromJsonAsync<JsonElement>($"{again.Url}{Api}get?run_id={run}", Cancelled)).GetProperty("run_name").GetString());
    }

    private static JsonElement Info(JsonElement answer) => answer.GetProperty("run").GetProperty("info");
}
