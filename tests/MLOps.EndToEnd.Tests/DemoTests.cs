using System.Net.Http.Json;
using System.Text.Json;
using MLOps.Client;
using MLOps.Client.Models;
using MLOps.Client.Runs;

namespace MLOps.EndToEnd.Tests;

/// <summary>The demo's promises, looked at through the API after a restart.</summary>
public sealed class DemoTests(DemoFixture demo)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Output_OfAReplayThroughTheCrash_CountsBothKindsOfAlarm()
    {
        // The second run is on endpoints that have had a live request after the first: it is measured again all the same.
        foreach (var output in (string[])[demo.FirstOutput, demo.SecondOutput])
        {
            Assert.Contains("1 of 4", output, StringComparison.Ordinal);
            Assert.Contains("(2020-03)", output, StringComparison.Ordinal);
            Assert.Contains("would alarm in 4 of 4", output, StringComparison.Ordinal);
            Assert.Contains("ALERT", output, StringComparison.Ordinal);
        }

        Assert.Contains("sp500-regime-tcn v2", demo.SecondOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alerts_AfterTheDemo_AreOneAnEndpointAndOfMarch2020()
    {
        using var client = new MLOpsClient(new Uri(demo.Url));
        var alerts = await client.Monitoring.ListAlertsAsync(Cancelled);
        Assert.All(alerts, alert => Assert.Equal("2020-03", alert.Window));
        Assert.Single(alerts, alert => alert.Endpoint == "sp500-regime");
        var live = await client.Monitoring.GetDriftAsync("sp500-regime", cancellationToken: Cancelled);
        Assert.Equal(2, live.Replays.Count);
        Assert.All(live.Replays, replay => Assert.Equal((4, 0), (replay.Windows, replay.Late)));
        var reports = (await client.Monitoring.GetDriftAsync("sp500-regime", live.Replays[0].Id, Cancelled)).Reports;
        Assert.Equal(["2020-01", "2020-02", "2020-03", "2020-04"], reports.Select(report => report.Window));
        Assert.Equal(["2020-03"], reports.Where(report => report.Drifted).Select(report => report.Window));
    }

    [Fact]
    public async Task Models_AfterTwoDemos_HaveTheSecondVersionInProductionAndTheFirstArchived()
    {
        using var client = new MLOpsClient(new Uri(demo.Url));
        foreach (var model in (string[])["sp500-garch", "sp500-regime-tcn"])
        {
            var versions = await client.Models.ListVersionsAsync(model, Cancelled);
            Assert.Equal(
                [(1, ModelStage.Archived), (2, ModelStage.Production)],
                versions.OrderBy(version => version.Version).Select(version => (version.Version, version.CurrentStage)));
            var history = await client.Models.GetHistoryAsync(model, Cancelled);
            Assert.Equal(5, history.Count);
        }
    }

    [Fact]
    public async Task Runs_AfterTheDemo_AreFinishedWithCurvesParametersInputsAndArtifacts()
    {
        using var client = new MLOpsClient(new Uri(demo.Url));
        var runs = (await client.Runs.ListAsync("financial-models", cancellationToken: Cancelled)).Runs;
        Assert.Equal(4, runs.Count);
        Assert.All(runs, run => Assert.Equal(RunStatus.Finished, run.Info.Status));
        var tcn = runs.First(run => run.Metrics.ContainsKey("val_log_loss"));
        Assert.Equal("1", tcn.Params["epochs"]);
        Assert.InRange(tcn.Metrics["onnx_max_difference"], 0, 1e-5);
        Assert.True(tcn.Metrics["val_log_loss"] < tcn.Metrics["baseline_prior_log_loss"], "one epoch beats the class prior");
        Assert.Contains(await client.Runs.GetCurvesAsync(tcn.Info.RunId, "val_loss", cancellationToken: Cancelled), series => series.Count == 1);
        var files = await client.Artifacts.ListAsync(tcn.Info.RunId, "model", Cancelled);
        Assert.Superset(new HashSet<string> { "model/model.onnx", "model/MLmodel", "model/reference_profile.json" }, files.Select(file => file.Path).ToHashSet());

        using var http = new HttpClient { BaseAddress = new Uri(demo.Url) };
        var wire = await http.GetFromJsonAsync<JsonElement>($"/api/2.0/mlflow/runs/get?run_id={tcn.Info.RunId}", Cancelled);
        var input = Assert.Single(wire.GetProperty("run").GetProperty("inputs").GetProperty("dataset_inputs").EnumerateArray());
        Assert.Equal("sp500-daily", input.GetProperty("dataset").GetProperty("name").GetString());
    }

    [Fact]
    public async Task Endpoints_AfterARestart_AnswerAgainFromTheProductionVersion()
    {
        using var client = new MLOpsClient(new Uri(demo.Url));
        var endpoint = await client.Serving.GetAsync("sp500-volatility", Cancelled);
        Assert.Equal(2, Assert.Single(endpoint.Variants).ModelVersion);
        using var http = new HttpClient { BaseAddress = new Uri(demo.Url) };
        using var answer = await http.PostAsJsonAsync(
            "/v2/models/sp500-volatility/infer",
            new
            {
                inputs = new object[]
                {
                    new { name = "y", shape = new[] { 1, 1 }, datatype = "FP64", data = new[] { 0.5 } },
                    new { name = "h", shape = new[] { 1, 1 }, datatype = "FP64", data = new[] { 1.0 } },
                },
            },
            Cancelled);
        answer.EnsureSuccessStatusCode();
        var outputs = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("outputs");
        var next = outputs.EnumerateArray().First(output => output.GetProperty("name").GetString() == "h_next").GetProperty("data")[0].GetDouble();
        Assert.InRange(next, 0.5, 1.5);
    }
}
