using System.Diagnostics;
using MLOps.Testing;

namespace MLOps.EndToEnd.Tests;

/// <summary>The load program against the platform: every scenario runs without an error. How fast is not asserted.</summary>
public sealed class BenchTests(DemoFixture demo)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task MlflowSuite_AgainstThePlatform_HasNoErrors()
    {
        using var folder = new TemporaryFolder();
        await using var platform = await PlatformProcess.StartAsync(folder.Path, Cancelled);
        await EveryScenarioAnswersAsync(["mlflow", "--url", platform.Url], "log-batch-1000", "transition-stage");
    }

    [Fact]
    public async Task LargeStoreSuite_ShortenedAgainstThePlatform_HasNoErrors()
    {
        using var folder = new TemporaryFolder();
        await using var platform = await PlatformProcess.StartAsync(folder.Path, Cancelled);
        await EveryScenarioAnswersAsync(
            ["mlflow-large", "--url", platform.Url, "--runs", "40", "--metrics", "1200", "--points", "2500"],
            "search-filtered-1000",
            "search-param-100",
            "interval-of-the-long");
    }

    [Fact]
    public Task OipSuite_AgainstADemoEndpoint_HasNoErrors() =>
        EveryScenarioAnswersAsync(["oip", "--url", demo.Url, "--model", "sp500-regime"], "infer-json", "infer-binary", "infer-grpc");

    [Fact]
    public async Task Overload_AgainstADemoEndpoint_ReportsTheRatio()
    {
        var (exitCode, output, errors) = await BenchAsync(
            ["overload", "--url", demo.Url, "--model", "sp500-regime", "--rows", "1", "--connections", "2", "--seconds", "5", "--warmup", "0.1"]);
        Assert.True(exitCode == 0, output + errors);
        Assert.Contains("twice saturation ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Training_BesideADemoEndpoint_ReportsTheRatio()
    {
        var (exitCode, output, errors) = await BenchAsync(
            ["training", "--url", demo.Url, "--model", "sp500-regime", "--connections", "1", "--seconds", "1", "--warmup", "0.1"]);
        Assert.True(exitCode == 0, output + errors);
        Assert.Contains("p99 while training is ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Suite_ServerThatIsNotThere_SaysSoInOneLine()
    {
        var (exitCode, _, errors) = await BenchAsync(["mlflow", "--url", FreePort.Url()]);
        Assert.Equal(1, exitCode);
        Assert.StartsWith("bench: http://127.0.0.1", Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    private static async Task EveryScenarioAnswersAsync(string[] arguments, params string[] scenarios)
    {
        var (exitCode, output, errors) = await BenchAsync([.. arguments, "--connections", "2", "--calls", "3", "--warmup", "0.05"]);
        Assert.True(exitCode == 0, output + errors);
        foreach (var scenario in scenarios)
        {
            var columns = Assert.Single(output.Split('\n'), line => line.StartsWith(scenario + " ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            Assert.NotEqual("NaN", columns[2]);
            Assert.Equal("0", columns[^1]);
        }
    }

    private static async Task<(int ExitCode, string Output, string Errors)> BenchAsync(string[] arguments)
    {
        var output = Path.GetRelativePath(RepositoryRoot.Combine("tests", "MLOps.EndToEnd.Tests"), AppContext.BaseDirectory);
        var program = RepositoryRoot.Combine("bench", "MLOps.Bench", output, "MLOps.Bench.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var printed = process.StandardOutput.ReadToEndAsync(Cancelled);
        var errors = process.StandardError.ReadToEndAsync(Cancelled);
        await process.WaitForExitAsync(Cancelled);
        return (process.ExitCode, await printed, await errors);
    }
}
