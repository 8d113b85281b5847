using System.Diagnostics;
using MLOps.Client;
using MLOps.Client.Models;
using MLOps.Client.Runs;
using MLOps.Client.Serving;
using MLOps.Testing;

namespace MLOps.EndToEnd.Tests;

/// <summary>samples/csharp, run as its README says, against a platform of its own.</summary>
public sealed class SampleTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TrainingScript_TracksRegistersAndStages_AndItsModelAnswers()
    {
        using var folder = new TemporaryFolder();
        await using var platform = await PlatformProcess.StartAsync(folder.Path, Cancelled);

        var (exitCode, output, errors) = await RunAsync(platform.Url);

        Assert.True(exitCode == 0, output + errors);
        Assert.Contains("regime_detector version 1 is in Staging", output, StringComparison.Ordinal);
        using var client = new MLOpsClient(new Uri(platform.Url), new MLOpsClientOptions());
        var version = Assert.Single(await client.Models.ListVersionsAsync("regime_detector", Cancelled));
        Assert.Equal(ModelStage.Staging, version.CurrentStage);
        var run = await client.Runs.GetAsync(version.RunId!, Cancelled);
        Assert.Equal((RunStatus.Finished, "regime-training-v3"), (run.Info.Status, run.Info.RunName));
        Assert.True(run.Metrics["val_loss"] < double.Parse(run.Params["baseline_prior_log_loss"], System.Globalization.CultureInfo.InvariantCulture), "the model is no better than the classes' prior");
        Assert.Equal(100, (await client.Runs.GetHistoryAsync(run.Info.RunId, "train_loss", Cancelled).ToListAsync(Cancelled)).Count);

        await client.Serving.DeployAsync("regime", "models:/regime_detector/Staging", Cancelled);
        var answer = await client.Serving.InferAsync("regime", Tensor.Of("input", [1, 4], [0.1f, -0.3f, 0.2f, 1.5f]), cancellationToken: Cancelled);
        Assert.Equal(1, answer.Output("output").AsDoubles().Sum(), 4);
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string url)
    {
        var output = Path.GetRelativePath(RepositoryRoot.Combine("tests", "MLOps.EndToEnd.Tests"), AppContext.BaseDirectory);
        var program = RepositoryRoot.Combine("samples", "csharp", output, "MLOps.Samples.Training.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["MLFLOW_TRACKING_URI"] = url },
        })!;
        var printed = process.StandardOutput.ReadToEndAsync(Cancelled);
        var errors = process.StandardError.ReadToEndAsync(Cancelled);
        await process.WaitForExitAsync(Cancelled);
        return (process.ExitCode, await printed, await errors);
    }
}
