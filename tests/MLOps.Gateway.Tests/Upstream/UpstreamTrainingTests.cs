using System.Net.Http.Json;
using System.Text.Json;
using MLOps.Gateway.Tests.Training;

namespace MLOps.Gateway.Tests.Upstream;

/// <summary>The quant's way with another server behind the platform: dataset, run, model and version are there.</summary>
public sealed class UpstreamTrainingTests(UpstreamPair pair) : TrainingToAlertTests(pair.Front), IClassFixture<UpstreamPair>
{
    protected override async Task CheckRunAsync(string runId)
    {
        await base.CheckRunAsync(runId);
        var run = await pair.Back.Http.GetFromJsonAsync<JsonElement>($"/api/2.0/mlflow/runs/get?run_id={runId}", TestContext.Current.CancellationToken);
        Assert.Equal("FINISHED", run.GetProperty("run").GetProperty("info").GetProperty("status").GetString());
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(pair.Back.DataDirectory, "artifacts"), "model.onnx", SearchOption.AllDirectories));
    }
}
