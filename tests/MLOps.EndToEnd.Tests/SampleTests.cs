using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MLOps.Client;
using MLOps.Client.Models;
using MLOps.Client.Runs;
using MLOps.Testing;

namespace MLOps.EndToEnd.Tests;

/// <summary>samples/csharp, run as its README says, against a platform of its own.</summary>
public sealed partial class SampleTests
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

        // What the README tells to do next.
        string[] answers = [await CurlAsync(platform.Url, "/mlops/deploy"), await CurlAsync(platform.Url, "/infer")];
        using var answer = JsonDocument.Parse(answers[1]);
        Assert.Equal(1, answer.RootElement.GetProperty("outputs")[0].GetProperty("data").EnumerateArray().Sum(probability => probability.GetDouble()), 4);
    }

    /// <summary>Sends what the README's curl command with this path sends, to the platform of the test.</summary>
    private static async Task<string> CurlAsync(string url, string path)
    {
        var command = Assert.Single(Curl().Matches(await File.ReadAllTextAsync(RepositoryRoot.Combine("samples", "csharp", "README.md"), Cancelled)), match => match.Groups["path"].Value.EndsWith(path, StringComparison.Ordinal));
        using var http = new HttpClient { BaseAddress = new Uri(url) };
        using var body = new StringContent(command.Groups["body"].Value, Encoding.UTF8, command.Groups["type"].Value);
        using var answer = await http.PostAsync(command.Groups["path"].Value, body, Cancelled);
        var text = await answer.Content.ReadAsStringAsync(Cancelled);
        Assert.True(answer.IsSuccessStatusCode, $"{command.Value}: {answer.StatusCode} {text}");
        return text;
    }

    [GeneratedRegex("^curl -s -X POST localhost:5000(?<path>\\S+) -H 'Content-Type: (?<type>[^']+)' -d '(?<body>[^']+)'$", RegexOptions.Multiline)]
    private static partial Regex Curl();

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
