using MLOps.Testing;

namespace MLOps.EndToEnd.Tests;

/// <summary>kill -9 in the middle of the writing, of the platform or of its database, and SIGTERM.</summary>
public sealed class CrashTests
{
    private const int BeforeTheCrash = 400;
    private const int AfterTheCrash = 100;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kill_UnderLoad_LosesNoAcknowledgedMetric()
    {
        using var folder = new TemporaryFolder();
        await KillUnderLoadAsync(["--data", folder.Path]);
    }

    [Fact]
    public async Task Kill_UnderLoadOnPostgres_LosesNoAcknowledgedMetric()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? string.Empty);
        using var server = new PostgresServer();
        using var folder = new TemporaryFolder();
        await KillUnderLoadAsync(["--data", folder.Path, "--backend-store-uri", server.CreateDatabase()]);
    }

    /// <summary>The platform is not started again: it finds its database back by itself.</summary>
    [Fact]
    public async Task KillOfPostgres_UnderLoad_LosesNoAcknowledgedMetricAndThePlatformGoesOn()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? string.Empty);
        using var server = new PostgresServer();
        using var folder = new TemporaryFolder();
        await using var platform = await PlatformProcess.StartAsync(["--data", folder.Path, "--backend-store-uri", server.CreateDatabase()], Cancelled);
        await using var load = await MetricLoad.StartAsync(platform.Url);
        await load.ReachAsync(BeforeTheCrash);

        server.Crash();
        await load.UntilRefusedAsync();
        server.Recover();
        await load.ReachAsync(AfterTheCrash);
        await load.StopAsync();
        await load.AssertKeptAsync(platform.Url);
        Assert.Equal(0, await platform.StopAsync(Cancelled));
    }

    [Fact]
    public async Task Stop_UnderLoad_LosesNoAcknowledgedMetric()
    {
        using var folder = new TemporaryFolder();
        await StopUnderLoadAsync(["--data", folder.Path]);
    }

    [Fact]
    public async Task Stop_UnderLoadOnPostgres_LosesNoAcknowledgedMetric()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? string.Empty);
        using var server = new PostgresServer();
        using var folder = new TemporaryFolder();
        await StopUnderLoadAsync(["--data", folder.Path, "--backend-store-uri", server.CreateDatabase()]);
    }

    /// <summary>The writers go on until nobody answers them; what they are told meanwhile is 200 or 503.</summary>
    private static async Task StopUnderLoadAsync(string[] arguments)
    {
        await using var first = await PlatformProcess.StartAsync(arguments, Cancelled);
        await using var load = await MetricLoad.StartAsync(first.Url);
        await load.ReachAsync(BeforeTheCrash);
        Assert.Equal(0, await first.StopAsync(Cancelled));
        await load.UntilRefusedAsync();
        await load.StopAsync();

        await using var second = await PlatformProcess.StartAsync(arguments, Cancelled);
        await load.AssertKeptAsync(second.Url);
    }

    private static async Task KillUnderLoadAsync(string[] arguments)
    {
        await using var first = await PlatformProcess.StartAsync(arguments, Cancelled);
        await using var load = await MetricLoad.StartAsync(first.Url);
        await load.ReachAsync(BeforeTheCrash);
        await first.KillAsync(Cancelled);
        await load.StopAsync();

        await using var second = await PlatformProcess.StartAsync(arguments, Cancelled);
        await load.AssertKeptAsync(second.Url);
    }
}
