using System.Diagnostics;
using MLOps.Client;
using MLOps.Client.Runs;
using MLOps.Testing;

namespace MLOps.EndToEnd.Tests;

/// <summary>Client processes that die, and what is deleted for good.</summary>
public sealed class HousekeepingTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>An impatient platform: nobody waits five minutes here.</summary>
    private static readonly (string, string)[] Impatient =
    [
        ("MLOps__Housekeeping__HeartbeatPatience", "00:00:05"),
        ("MLOps__Housekeeping__HeartbeatCheckPeriod", "00:00:01"),
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Client_Killed_HasItsRunFailed_AfterTheKillAndRestartOfThePlatformToo(bool killPlatform)
    {
        using var folder = new TemporaryFolder();
        var platform = await PlatformProcess.StartAsync(folder.Path, Cancelled, Impatient);
        try
        {
            var run = await KilledClientAsync(platform.Url);
            if (killPlatform)
            {
                await platform.KillAsync(Cancelled);
                await platform.DisposeAsync();
                platform = await PlatformProcess.StartAsync(folder.Path, Cancelled, Impatient);
            }

            using var mlflow = new MLOpsClient(new Uri(platform.Url), new MLOpsClientOptions());
            var failed = await UntilAsync(mlflow, run, "to be FAILED", read => read.Info.Status == RunStatus.Failed);
            Assert.NotNull(failed.Info.EndTime);
            Assert.Contains("gone silent", failed.Tags[RunTags.Error], StringComparison.Ordinal);
            Assert.NotEmpty(failed.Metrics);
        }
        finally
        {
            await platform.DisposeAsync();
        }
    }

    [Fact]
    public async Task Gc_OfAStoppedPlatform_SaysWhatWouldGoThenRemovesIt()
    {
        using var folder = new TemporaryFolder();
        string run;
        await using (var platform = await PlatformProcess.StartAsync(folder.Path, Cancelled))
        {
            using var mlflow = new MLOpsClient(new Uri(platform.Url), new MLOpsClientOptions());
            await using (var active = await mlflow.StartRunAsync(runName: "old", cancellationToken: Cancelled))
            {
                run = active.Id;
                await active.LogTextAsync("notes.md", "twelve bytes", Cancelled);
            }

            await mlflow.Runs.DeleteAsync(run, Cancelled);
            var running = await PlatformProcess.RunToEndAsync(["gc", "--older-than", "1d", "--urls", platform.Url], Limit, Cancelled);
            Assert.Equal(0, running.ExitCode);
            Assert.Contains("removed 0 runs", running.Output, StringComparison.Ordinal);
        }

        string[] gc = ["gc", "--older-than", "0s", "--data", folder.Path, "--urls", FreePort.Url()];
        var (exit, output) = await PlatformProcess.RunToEndAsync([.. gc, "--dry-run"], Limit, Cancelled);
        Assert.True(exit == 0, output);
        Assert.Contains($"would remove run {run} 'old'", output, StringComparison.Ordinal);
        Assert.Contains("would remove 1 runs and 0 experiments with 12 bytes", output, StringComparison.Ordinal);
        Assert.True(Directory.Exists(folder.Combine("artifacts", "0", run)));

        (exit, output) = await PlatformProcess.RunToEndAsync(gc, Limit, Cancelled);
        Assert.True(exit == 0, output);
        Assert.Contains("removed 1 runs and 0 experiments with 12 bytes", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.Combine("artifacts", "0", run)));
    }

    /// <summary>Starts a client, waits until it has given signs of life, and kills it.</summary>
    /// <returns>Its run.</returns>
    private static async Task<string> KilledClientAsync(string url)
    {
        var output = Path.GetRelativePath(RepositoryRoot.Combine("tests", "MLOps.EndToEnd.Tests"), AppContext.BaseDirectory);
        var program = RepositoryRoot.Combine("tests", "MLOps.RunClient", output, "MLOps.RunClient.dll");
        using var client = Process.Start(new ProcessStartInfo("dotnet", [program, url]) { RedirectStandardOutput = true })!;
        try
        {
            var run = await client.StandardOutput.ReadLineAsync(Cancelled) ?? throw new InvalidOperationException("The client ended without a run.");
            using var mlflow = new MLOpsClient(new Uri(url), new MLOpsClientOptions());
            var first = (await mlflow.Runs.GetAsync(run, Cancelled)).Tags[RunTags.Heartbeat];
            await UntilAsync(mlflow, run, "to beat and to log", read => read.Tags[RunTags.Heartbeat] != first && read.Metrics.Count > 0);
            return run;
        }
        finally
        {
            client.Kill();
            await client.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task<Run> UntilAsync(MLOpsClient mlflow, string run, string what, Predicate<Run> met)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var read = await mlflow.Runs.GetAsync(run, Cancelled);
            if (met(read))
            {
                return read;
            }

            Assert.True(clock.Elapsed < Limit, $"Waited {Limit} for the run {what}; it is {read.Info.Status} with {read.Metrics.Count} metrics.");
            await Task.Delay(200, Cancelled);
        }
    }
}
