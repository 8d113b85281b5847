using MLOps.Client;
using MLOps.Client.Models;
using MLOps.Client.Runs;
using MLOps.Testing;

namespace MLOps.EndToEnd.Tests.Sdk;

/// <summary>The examples of docs/dotnet-sdk.md: compiled, run against the platform, and the same as in the document.</summary>
[Collection(SdkExampleTests.Alone)]
public sealed class SdkExampleTests
{
    internal const string Alone = "sets a variable that every child process would inherit";
    private const string Variable = "MLFLOW_TRACKING_URI";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("run")]
    [InlineData("track")]
    public void Document_Block_IsTheCodeBelow(string name)
    {
        var (documented, compiled) = DocumentedCode.Read("docs/dotnet-sdk.md", "tests/MLOps.EndToEnd.Tests/Sdk/SdkExampleTests.cs", name);
        Assert.Equal(compiled, documented);
    }

    [Fact]
    public async Task Examples_RunAgainstThePlatform_LeaveWhatTheySay()
    {
        using var folder = new TemporaryFolder();
        await using var platform = await PlatformProcess.StartAsync(folder.Combine("data"), Cancelled);
        var onnxFile = folder.Combine("any.onnx");
        await File.WriteAllBytesAsync(onnxFile, [1, 2, 3], Cancelled);
        var before = Environment.GetEnvironmentVariable(Variable);
        Environment.SetEnvironmentVariable(Variable, platform.Url);
        try
        {
            await RunAsync(onnxFile);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, before);
        }

        using var client = new MLOpsClient(new Uri(platform.Url), new MLOpsClientOptions());
        await TrackAsync(client);

        var runs = (await client.Runs.ListAsync("financial-models", cancellationToken: Cancelled)).Runs.ToDictionary(run => run.Info.RunName);
        Assert.All(runs.Values, run => Assert.Equal(RunStatus.Finished, run.Info.Status));
        Assert.Equal(1.0 / 40, runs["tcn-training-v3"].Metrics["val_loss"]);
        Assert.Equal("0.001", runs["tcn-training-v3"].Params["lr"]);
        Assert.Equal(-1234.5, runs["garch"].Metrics["log_likelihood"]);
        Assert.Equal(ModelStage.Staging, (await client.Models.GetLatestAsync("regime", Cancelled)).CurrentStage);
    }

    private static async Task RunAsync(string onnxFile)
    {
        // doc: run
        using var mlflow = MLOpsClient.FromEnvironment();
        await using var run = await mlflow.StartRunAsync("financial-models", "tcn-training-v3");

        await run.LogParamsAsync(new Dictionary<string, object> { ["lr"] = 0.001, ["channels"] = 32 });
        for (var epoch = 0; epoch < 40; epoch++)
        {
            run.LogMetric("val_loss", 1.0 / (epoch + 1), epoch);
        }

        await run.LogTextAsync("notes.md", "Trained on daily bars.");
        var version = await run.LogOnnxModelAsync(onnxFile, new OnnxModelOptions { RegisteredModelName = "regime" });
        await mlflow.Models.TransitionAsync("regime", version!.Version, ModelStage.Staging);
        // doc: end
    }

    private static async Task TrackAsync(MLOpsClient mlflow)
    {
        // doc: track
        await mlflow.TrackAsync("financial-models", "garch", async run =>
        {
            await run.LogParamAsync("order", "1,1");
            run.LogMetric("log_likelihood", -1234.5);
        });
        // doc: end
    }
}
