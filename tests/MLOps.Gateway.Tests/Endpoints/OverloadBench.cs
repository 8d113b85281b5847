using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using MLOps.Testing;
using MLOps.Testing.Onnx;

namespace MLOps.Gateway.Tests.Endpoints;

/// <summary>The load program's <c>overload</c> against an endpoint with limits and a model of some milliseconds. Explicit: a measurement for a quiet machine.
/// Build bench/MLOps.Bench before; places of MLOPS_BENCH_CONCURRENCY and MLOPS_BENCH_QUEUE (1 and 1).</summary>
public sealed class OverloadBench(ServingPlatform platform, ITestOutputHelper output) : IClassFixture<ServingPlatform>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task TwiceSaturation_AcceptedRequests_Measured()
    {
        await platform.RegisterAsync("heavy", TinyModels.Slow(256, 40));
        using (var deployed = await platform.Http.PostAsJsonAsync(
            "/api/v1/mlflow/serving/deploy",
            new { endpoint = "heavy", model_uri = "models:/heavy/1", limits = new { max_concurrency = Setting("MLOPS_BENCH_CONCURRENCY"), max_queue = Setting("MLOPS_BENCH_QUEUE") } },
            Ct))
        {
            Assert.True(deployed.IsSuccessStatusCode, await deployed.Content.ReadAsStringAsync(Ct));
        }

        var bin = Path.GetRelativePath(RepositoryRoot.Combine("tests", "MLOps.Gateway.Tests"), AppContext.BaseDirectory);
        var program = RepositoryRoot.Combine("bench", "MLOps.Bench", bin, "MLOps.Bench.dll");
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet",
            [program, "overload", "--url", platform.Http.BaseAddress!.ToString(), "--model", "heavy", "--rows", "32", "--connections", "8", "--seconds", "8", "--warmup", "2"])
        {
            RedirectStandardOutput = true,
        })!;
        output.WriteLine(await process.StandardOutput.ReadToEndAsync(Ct));
        await process.WaitForExitAsync(Ct);
        Assert.Equal(0, process.ExitCode);
    }

    private static int Setting(string name) => int.Parse(Environment.GetEnvironmentVariable(name) ?? "1", CultureInfo.InvariantCulture);
}
