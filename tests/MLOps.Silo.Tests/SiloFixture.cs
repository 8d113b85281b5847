using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MLOps.Contracts.Datasets;
using MLOps.Contracts.Models;
using MLOps.Silo.Hosting;
using MLOps.Testing;
using MLOps.Tracking;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace MLOps.Silo.Tests;

/// <summary>One silo over a SQLite file and an artifact folder, both real.</summary>
public sealed class SiloFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private InProcessTestCluster? _cluster;

    public IGrainFactory Grains => _cluster!.Client;

    public IServiceProvider Services => _cluster!.GetSiloServiceProvider();

    /// <summary>Adds to the silo's services before it starts.</summary>
    public Action<IServiceCollection> Configure { get; set; } = _ => { };

    /// <summary>Address of the database; null: the SQLite file.</summary>
    public string? StoreUri { get; set; }

    /// <summary>How long callers wait for a grain that says nothing else; null: Orleans' default.</summary>
    public TimeSpan? ResponseTimeout { get; set; }

    /// <summary>Configuration that the test needs beside the defaults; set before the start.</summary>
    public Dictionary<string, string?> Settings { get; } = [];

    public ITrackingStore Tracking => Services.GetRequiredService<ITrackingStore>();

    public IArtifactStore Artifacts => Services.GetRequiredService<IArtifactStore>();

    public static string Sp500File => RepositoryRoot.Combine("samples", "data", "sp500_daily_ohlcv_2000_2020.csv");

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSiloHost((_, host) =>
        {
            host.Configuration.AddInMemoryCollection([new("MLOps:Tracking:DataDirectory", _folder.Path), new("MLOps:Tracking:TrackingUri", StoreUri), .. Settings]);
            host.AddMLOpsTracking();
            host.AddMLOpsSilo();
            Configure(host.Services);
        });
        builder.ConfigureSilo((_, silo) => silo.AddMLOpsGrainStorage().AddMLOpsReminders());
        if (ResponseTimeout is { } timeout)
        {
            builder.ConfigureClient(client => client.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = timeout));
        }

        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    /// <summary>Ends the silo; grains are deactivated in order when <paramref name="kill"/> is false, and not at all when it is true.</summary>
    public async Task StopAsync(bool kill = false)
    {
        if (_cluster is null)
        {
            return;
        }

        if (kill)
        {
            await _cluster.KillSiloAsync(_cluster.Silos[0]);
        }

        await _cluster.DisposeAsync();
        _cluster = null;
    }

    /// <summary>Stages the text as the gateway does and registers it.</summary>
    public async Task<DatasetVersion> RegisterAsync(string dataset, string kind, Stream content)
    {
        var staged = $"datasets/{dataset}/staging/{Guid.NewGuid():N}.csv";
        await Artifacts.WriteAsync(staged, content);
        return (await Grains.GetGrain<IDatasetGrain>(dataset).RegisterAsync(kind, ArtifactUri.FromStorePath(staged))).Version;
    }

    /// <summary>Registers a model whose versions, from 1, are at <c>{name}/{version}/model.onnx</c> of the artifacts.</summary>
    public async Task RegisterModelAsync(string name, params byte[][] versions)
    {
        var registry = Services.GetRequiredService<IModelRegistryStore>();
        await registry.CreateRegisteredModelAsync(name, null, []);
        foreach (var (i, onnx) in versions.Index())
        {
            var folder = $"{name}/{i + 1}";
            await Artifacts.WriteAsync($"{folder}/model.onnx", new MemoryStream(onnx));
            await registry.CreateModelVersionAsync(name, new CreateModelVersion(ArtifactUri.FromStorePath(folder), null, null, null, []));
        }
    }

    public async Task<DatasetVersion> RegisterSp500Async(string dataset)
    {
        await using var file = File.OpenRead(Sp500File);
        return await RegisterAsync(dataset, "ohlcv", file);
    }

    /// <summary>Registers daily closes of the thirty Dow shares, 1990 to 2001.</summary>
    public async Task<DatasetVersion> RegisterDow30Async(string dataset)
    {
        await using var file = File.OpenRead(RepositoryRoot.Combine("tests", "data", "dowjones30_daily_1990_2001.csv"));
        return await RegisterAsync(dataset, "table", file);
    }

    /// <summary>Asks until the answer is what is waited for.</summary>
    public static async Task<T> WaitForAsync<T>(string what, Func<Task<T>> ask, Predicate<T> met)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (true)
        {
            var answer = await ask();
            if (met(answer))
            {
                return answer;
            }

            if (deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"Waited 3 minutes for {what}; the last answer was {answer}.");
            }

            await Task.Delay(20);
        }
    }
}
