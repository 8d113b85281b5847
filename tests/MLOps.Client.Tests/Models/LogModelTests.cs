using System.Text.Json;
using MLOps.Client.Models;
using MLOps.Client.Tests.Runs;
using MLOps.Testing;

namespace MLOps.Client.Tests.Models;

public sealed class LogModelTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(404)]
    [InlineData(501)]
    public async Task LogOnnxModel_ServerWithoutLogModel_ListsItInTheRunsTag(int status)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder.Combine("a.onnx"), [1, 2], Token);
        await using var gateway = await TestGateway.StartAsync(g => g.WithRuns()
            .On("PUT /api/2.0/mlflow-artifacts/artifacts/{**path}", "{}")
            .Failing("POST /api/2.0/mlflow/runs/log-model", status)
            .On("GET /api/2.0/mlflow/runs/get", """{"run":{"info":{"run_id":"r1","experiment_id":"7","status":"RUNNING"},"data":{"tags":[{"key":"mlflow.log-model.history","value":"[{\"artifact_path\":\"older\"}]"}]}}}""")
            .On("POST /api/2.0/mlflow/runs/set-tag", "{}"));
        await using (var run = await gateway.Client.StartRunAsync("e", cancellationToken: Token))
        {
            Assert.Null(await run.LogOnnxModelAsync(folder.Combine("a.onnx"), new OnnxModelOptions { Inputs = [new TensorSpec("it's", "float32", [-1, 8])] }, Token));
        }

        // MLmodel comes last: a folder that has it is whole.
        var files = gateway.Received.Where(request => request.Method == "PUT").ToList();
        Assert.Equal(["model.onnx", "requirements.txt", "python_env.yaml", "MLmodel"], files.Select(file => file.Target[(file.Target.LastIndexOf('/') + 1)..]));
        Assert.Contains("    data: 'model.onnx'\n", files[^1].Body, StringComparison.Ordinal);
        Assert.Contains("""  inputs: '[{"name":"it""", files[^1].Body, StringComparison.Ordinal);

        var tag = Assert.Single(gateway.Sent("/runs/set-tag")).Json;
        Assert.Equal("mlflow.log-model.history", tag.GetProperty("key").GetString());
        var history = JsonDocument.Parse(tag.GetProperty("value").GetString()!).RootElement;
        Assert.Equal(["older", "model"], history.EnumerateArray().Select(model => model.GetProperty("artifact_path").GetString()));
        Assert.Equal("it's", JsonDocument.Parse(history[1].GetProperty("signature").GetProperty("inputs").GetString()!).RootElement[0].GetProperty("name").GetString());
    }
}
