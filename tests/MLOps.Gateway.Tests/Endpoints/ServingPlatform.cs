using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MLOps.Clustering;
using MLOps.Contracts.Models;
using MLOps.Gateway.Hosting;
using MLOps.ServiceDefaults;
using MLOps.Silo.Hosting;
using MLOps.Testing;
using MLOps.Tracking;

namespace MLOps.Gateway.Tests.Endpoints;

/// <summary>Silo and gateway in one process on a free loopback port, over a SQLite file (or the database that a derived class names) and an artifact folder.</summary>
public class ServingPlatform : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private WebApplication? _app;

    /// <summary>Configuration that the test needs beside the defaults; set before the start.</summary>
    public Dictionary<string, string?> Settings { get; } = [];

    public HttpClient Http { get; private set; } = new();

    public IServiceProvider Services => _app!.Services;

    /// <summary>Where the database and the artifacts are.</summary>
    public string DataDirectory => _folder.Path;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Configuration["MLOps:Tracking:DataDirectory"] = _folder.Path;
        builder.Configuration["MLOps:Tracking:TrackingUri"] = StoreUri();
        foreach (var (key, value) in Settings)
        {
            builder.Configuration[key] = value;
        }

        builder.AddServiceDefaults();
        builder.AddMLOpsTracking();
        builder.UseOrleans(silo => silo.UseLocalhostClustering(FreePort.Next(), FreePort.Next()).AddOrleansDashboard().AddMLOpsGrainStorage().AddMLOpsReminders());
        builder.AddMLOpsSilo();
        builder.AddMLOpsGateway();
        _app = builder.Build();
        _app.MapDefaultEndpoints();
        _app.MapMLOpsGateway();
        await _app.StartAsync();
        Http.Dispose();
        Http = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops everything and starts it again over the same files.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await InitializeAsync();
    }

    /// <summary>Stops everything; <see cref="InitializeAsync"/> starts it again over the same files.</summary>
    public async Task StopAsync()
    {
        await _app!.StopAsync();
        await _app.DisposeAsync();
        _app = null;
    }

    /// <summary>Writes the model's files and registers them as a new version.</summary>
    public async Task<int> RegisterAsync(string model, byte[] onnx, string? profile = null, string? mlmodel = null)
    {
        var artifacts = Services.GetRequiredService<IArtifactStore>();
        var registry = Services.GetRequiredService<IModelRegistryStore>();
        var folder = $"models/{model}/{Guid.NewGuid():n}";
        await artifacts.WriteAsync($"{folder}/model.onnx", new MemoryStream(onnx));
        if (profile is not null)
        {
            await artifacts.WriteAsync($"{folder}/reference_profile.json", new MemoryStream(System.Text.Encoding.UTF8.GetBytes(profile)));
        }

        if (mlmodel is not null)
        {
            await artifacts.WriteAsync($"{folder}/MLmodel", new MemoryStream(System.Text.Encoding.UTF8.GetBytes(mlmodel)));
        }

        if ((await registry.SearchRegisteredModelsAsync(new SearchModels($"name = '{model}'", [], 1, null))).Items.Count == 0)
        {
            await registry.CreateRegisteredModelAsync(model, null, []);
        }

        var version = await registry.CreateModelVersionAsync(model, new CreateModelVersion(ArtifactUri.FromStorePath(folder), null, null, null, []));
        return version.Version;
    }

    /// <returns>Address of the store; null: the SQLite file.</returns>
    protected virtual string? StoreUri() => null;
}
