using MLOps.ServiceDefaults;
using MLOps.Testing;

namespace MLOps.Cluster.Tests;

/// <summary>The question that container images ask their own program.</summary>
public sealed class HealthProbeTests
{
    [Theory]
    [InlineData(200, 0)]
    [InlineData(503, 1)]
    public async Task Probe_OfARunningProgram_EndsByItsAnswer(int status, int exitCode)
    {
        await using var program = await Receiver.StartAsync(TestContext.Current.CancellationToken);
        program.Answer = (_, response) =>
        {
            response.StatusCode = status;
            return Task.CompletedTask;
        };
        Assert.Equal(exitCode, await HealthProbe.TryRunAsync(["health", program.Url + "/health/live"]));
        Assert.Equal("/health/live", program.Calls[0].Path);
    }

    [Fact]
    public async Task Probe_OfNobody_Fails() => Assert.Equal(1, await HealthProbe.TryRunAsync(["health", FreePort.Url()]));

    [Theory]
    [InlineData]
    [InlineData("--urls", "http://127.0.0.1:1")]
    public async Task Probe_OtherArguments_AreNotItsOwn(params string[] arguments) => Assert.Null(await HealthProbe.TryRunAsync(arguments));
}
