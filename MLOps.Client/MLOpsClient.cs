using MLOps.Client.Artifacts;
using MLOps.Client.Batch;
using MLOps.Client.Datasets;
using MLOps.Client.Experiments;
using MLOps.Client.Housekeeping;
using MLOps.Client.Http;
using MLOps.Client.Models;
using MLOps.Client.Monitoring;
using MLOps.Client.Platform;
using MLOps.Client.Runs;
using MLOps.Client.Serving;
using MLOps.Client.Training;

namespace MLOps.Client;

/// <summary>The gateway from .NET. Thread-safe; make one and keep it.</summary>
/// <remarks>Every call throws <see cref="MLOpsClientException"/> when the gateway refuses, cannot be reached or answers what is no answer.
/// <see cref="Experiments"/>, <see cref="Runs"/>, <see cref="Artifacts"/> and <see cref="Models"/> speak MLflow's protocol and work against a plain MLflow server too,
/// except for the members that say otherwise.</remarks>
public sealed class MLOpsClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly HttpClient? _owned;
    private readonly RunStarter _starter;

    /// <summary>The server that the environment names, with its credentials: see <see cref="MLOpsClientOptions.FromEnvironment"/>.</summary>
    /// <exception cref="FormatException">A variable holds what it cannot mean.</exception>
    public static MLOpsClient FromEnvironment()
    {
        var options = MLOpsClientOptions.FromEnvironment();
        return new MLOpsClient(options.TrackingUri, options);
    }

    /// <param name="gateway">The gateway's address, as in <c>MLFLOW_TRACKING_URI</c>: <c>http://localhost:5000</c>.</param>
    /// <param name="options">Default: the environment's, but for the address.</param>
    public MLOpsClient(Uri gateway, MLOpsClientOptions? options = null)
        : this(new HttpClient { BaseAddress = Folder(gateway) }, null, options ??= MLOpsClientOptions.FromEnvironment())
    {
        _owned = _http;
        _owned.Timeout = options.RequestTimeout;
    }

    /// <param name="http">Its <see cref="HttpClient.BaseAddress"/> is the gateway's address. It stays the caller's to dispose.</param>
    /// <param name="time">The clock of metric timestamps and waits. Default: the system's.</param>
    /// <param name="options">Default: the environment's, without its credentials, because the client's headers are the caller's.</param>
    /// <exception cref="ArgumentException">No base address.</exception>
    public MLOpsClient(HttpClient http, TimeProvider? time = null, MLOpsClientOptions? options = null)
    {
        _http = http;
        var clock = time ?? TimeProvider.System;
        var transport = new Transport(http, options?.Credentials());
        Experiments = new ExperimentsClient(transport);
        Runs = new RunsClient(transport, Experiments, clock);
        Artifacts = new ArtifactsClient(transport, Runs);
        Models = new ModelsClient(transport, Artifacts);
        Datasets = new DatasetsClient(transport);
        Training = new TrainingClient(transport, clock);
        Batch = new BatchClient(transport, clock);
        Serving = new ServingClient(transport);
        Monitoring = new MonitoringClient(transport);
        Housekeeping = new HousekeepingClient(transport);
        Status = new StatusClient(transport);
        _starter = new RunStarter(this, clock, options ?? MLOpsClientOptions.FromEnvironment());
    }

    /// <summary>The gateway's address.</summary>
    public Uri Gateway => _http.BaseAddress!;

    public ExperimentsClient Experiments { get; }

    public RunsClient Runs { get; }

    public ArtifactsClient Artifacts { get; }

    public ModelsClient Models { get; }

    public DatasetsClient Datasets { get; }

    public TrainingClient Training { get; }

    public BatchClient Batch { get; }

    public ServingClient Serving { get; }

    public MonitoringClient Monitoring { get; }

    public HousekeepingClient Housekeeping { get; }

    public StatusClient Status { get; }

    /// <summary>Starts a run in an experiment, which is created when it does not exist.</summary>
    /// <param name="experiment">Null: the one that MLFLOW_EXPERIMENT_NAME or MLFLOW_EXPERIMENT_ID names, else <c>Default</c>.</param>
    /// <param name="runName">Null: the server invents one.</param>
    /// <returns>The run; disposing it sends what is still buffered and sets its final status.</returns>
    public Task<ActiveRun> StartRunAsync(
        string? experiment = null,
        string? runName = null,
        IReadOnlyDictionary<string, string>? tags = null,
        CancellationToken cancellationToken = default) =>
        StartRunAsync(new RunOptions { Experiment = experiment, RunName = runName, Tags = tags }, cancellationToken);

    /// <summary>Starts a run, or continues one: <see cref="RunOptions.RunId"/>, or MLFLOW_RUN_ID for the first run that names none.</summary>
    /// <exception cref="InvalidOperationException">The run to continue is in another experiment than the one asked for.</exception>
    public Task<ActiveRun> StartRunAsync(RunOptions options, CancellationToken cancellationToken = default) => _starter.StartAsync(options, cancellationToken);

    /// <summary>Runs <paramref name="body"/> inside a run, which ends FAILED when the body throws and FINISHED otherwise.</summary>
    /// <exception cref="AggregateException">The body threw, and the run could not be ended either.</exception>
    public Task TrackAsync(
        string? experiment,
        string? runName,
        Func<ActiveRun, Task> body,
        CancellationToken cancellationToken = default) =>
        TrackAsync(new RunOptions { Experiment = experiment, RunName = runName }, body, cancellationToken);

    /// <inheritdoc cref="TrackAsync(string?, string?, Func{ActiveRun, Task}, CancellationToken)"/>
    public async Task TrackAsync(RunOptions options, Func<ActiveRun, Task> body, CancellationToken cancellationToken = default)
    {
        var run = await StartRunAsync(options, cancellationToken);
        try
        {
            await body(run);
        }
        catch (Exception failure)
        {
            run.Fail(failure);
            try
            {
                await run.DisposeAsync();
            }
            catch (Exception e) when (e is MLOpsClientException or AggregateException)
            {
                throw new AggregateException(failure, e);
            }

            throw;
        }

        await run.DisposeAsync();
    }

    public void Dispose() => _owned?.Dispose();

    // A gateway may live under a path (http://host/mlops): without the slash, its last part would be replaced.
    private static Uri Folder(Uri gateway) => gateway.AbsolutePath.EndsWith('/') ? gateway : new UriBuilder(gateway) { Path = gateway.AbsolutePath + "/" }.Uri;
}
