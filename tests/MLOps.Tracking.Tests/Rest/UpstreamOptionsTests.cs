using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Problems;
using MLOps.Testing;
using MLOps.Tracking.Models;
using MLOps.Tracking.Rest;
using MLOps.Tracking.Runs;

namespace MLOps.Tracking.Tests.Rest;

/// <summary>What the environment says, and which stores come of it.</summary>
public sealed class UpstreamOptionsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Variables_OfMlflow_AreTaken()
    {
        using var folder = new TemporaryFolder();
        using var host = Build(folder, ("MLFLOW_TRACKING_URI", "https://mlflow.example/prefix"), ("MLFLOW_TRACKING_USERNAME", "ann"), ("MLFLOW_TRACKING_PASSWORD", "secret"), ("MLFLOW_TRACKING_INSECURE_TLS", "true"), ("MLFLOW_HTTP_REQUEST_TIMEOUT", "7"), ("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2"));
        var upstream = host.Services.GetRequiredService<IOptions<UpstreamOptions>>().Value;
        Assert.Equal(("ann", "secret", true, TimeSpan.FromSeconds(7), 2), (upstream.Username, upstream.Password, upstream.InsecureTls, upstream.AttemptTimeout, upstream.MaxRetries));
        var options = host.Services.GetRequiredService<IOptions<TrackingOptions>>().Value;
        Assert.Equal(("RestStore", "https://mlflow.example/prefix"), (options.StoreKind, options.StoreName));
        Assert.StartsWith("sqlite:///" + folder.Path, options.StateAddress, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MLFLOW_TRACKING_URI", "http://mlflow.example/?token=x", "after '?'")]
    [InlineData("MLFLOW_TRACKING_URI", "ftp://mlflow.example", "http(s)://host:port")]
    [InlineData("MLOps:Tracking:TrackingUri", "http://localhost:5123", "own address")]
    [InlineData("MLFLOW_HTTP_REQUEST_TIMEOUT", "soon", "AttemptTimeout")]
    [InlineData("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1000", "MaxRetries")]
    [InlineData("MLFLOW_TRACKING_PASSWORD", "secret", "without a user")]
    public async Task Settings_ThatCannotBe_StopTheStartWithTheirName(string key, string value, string expected)
    {
        using var folder = new TemporaryFolder();
        using var host = Build(folder, ("urls", "http://localhost:5123"), (key, value));
        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync(Cancelled));
        Assert.Contains(expected, refusal.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("token=x", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void OwnAddress_InTheEnvironment_IsNoStore()
    {
        using var folder = new TemporaryFolder();
        using var host = Build(folder, ("urls", "http://localhost:5123"), ("MLFLOW_TRACKING_URI", "http://127.0.0.1:5123"));
        Assert.Equal("SqliteStore", host.Services.GetRequiredService<IOptions<TrackingOptions>>().Value.StoreKind);
        Assert.IsType<SqlTrackingStore>(host.Services.GetRequiredService<ITrackingStore>());
    }

    [Fact]
    public void Registry_OnAnotherServer_LeavesTheRunsInTheDatabase()
    {
        using var folder = new TemporaryFolder();
        using var host = Build(folder, ("MLFLOW_REGISTRY_URI", "http://mlflow.example"));
        Assert.IsType<SqlTrackingStore>(host.Services.GetRequiredService<ITrackingStore>());
        Assert.IsType<RestModelRegistryStore>(host.Services.GetRequiredService<IModelRegistryStore>());
        Assert.IsNotType<UpstreamArtifactStore>(host.Services.GetRequiredService<IArtifactStore>());
    }

    [Fact]
    public void Runs_OnAnotherServer_LeaveTheRegistryInTheDatabaseThatIsNamed()
    {
        using var folder = new TemporaryFolder();
        using var host = Build(folder, ("MLFLOW_TRACKING_URI", "http://mlflow.example"), ("MLFLOW_REGISTRY_URI", "sqlite:///" + folder.Combine("registry.db")));
        Assert.IsType<RestTrackingStore>(host.Services.GetRequiredService<ITrackingStore>());
        Assert.IsType<RestLoggedModelStore>(host.Services.GetRequiredService<ILoggedModelStore>());
        Assert.IsType<SqlModelRegistryStore>(host.Services.GetRequiredService<IModelRegistryStore>());
        Assert.True(File.Exists(folder.Combine("registry.db")));
    }

    [Fact]
    public async Task Start_WhileTheUpstreamIsDown_SucceedsAndHealthSaysWhy()
    {
        using var folder = new TemporaryFolder();
        string url;
        await using (var upstream = await FakeUpstream.StartAsync(FakeUpstream.Json("{}")))
        {
            url = upstream.Url;
        }

        using var host = Build(folder, ("MLFLOW_TRACKING_URI", url.Replace("://", "://ann:hunter2@", StringComparison.Ordinal)));
        await host.StartAsync(Cancelled);
        var health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancelled);
        Assert.Equal(HealthStatus.Healthy, health.Entries["tracking-store"].Status);
        Assert.Equal(HealthStatus.Unhealthy, health.Entries["upstream"].Status);
        Assert.Contains(url + " cannot be reached", health.Entries["upstream"].Description, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", health.Entries["upstream"].Description, StringComparison.Ordinal);
        await host.StopAsync(Cancelled);
    }

    [Fact]
    public async Task Health_WhenTheUpstreamAnswersARefusal_SaysIt()
    {
        using var folder = new TemporaryFolder();
        await using var upstream = await FakeUpstream.StartAsync(FakeUpstream.Html(401));
        using var host = Build(folder, ("MLFLOW_REGISTRY_URI", upstream.Url));
        var health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancelled);
        Assert.Contains("credentials", health.Entries["upstream"].Description, StringComparison.Ordinal);
        Assert.Equal(ProblemCode.PermissionDenied, Assert.IsType<MLOpsException>(health.Entries["upstream"].Exception).Code);
    }

    private static IHost Build(TemporaryFolder folder, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)));
        builder.Configuration["MLOps:Tracking:DataDirectory"] = folder.Path;
        builder.AddMLOpsTracking();
        return builder.Build();
    }
}
