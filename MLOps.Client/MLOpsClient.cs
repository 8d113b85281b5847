using MLOps.Client.Artifacts;
using MLOps.Client.Datasets;
using MLOps.Client.Experiments;
using MLOps.Client.Http;
using MLOps.Client.Models;
using MLOps.Client.Monitoring;
using MLOps.Client.Platform;
using MLOps.Client.Runs;
using MLOps.Client.Serving;
using MLOps.Client.Training;

namespace MLOps.Client;

/// <summary>The gateway from .NET. Thread-safe; make one and keep it.</summary>
/// <remarks>Every call throws <see cref="MLOpsClientException"/> when the gateway refuses, cannot be reached or answers what is no answer.</remarks>
public sealed class MLOpsClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly HttpClient? _owned;
    private readonly TimeProvider _time;

    /// <param name="gateway">The gateway's address, as in <c>MLFLOW_TRACKING_URI</c>: <c>http://localhost:5000</c>.</param>
    public MLOpsClient(Uri gateway)
        : this(new HttpClient { BaseAddress = gateway })
    {
        _owned = _http;
    }

    /// <param name="http">Its <see cref="HttpClient.BaseAddress"/> is the gateway's address. It stays the caller's to dispose.</param>
    /// <param name="time">The clock of metric timestamps and waits. Default: the system's.</param>
    /// <exception cref="ArgumentException">No base address.</exception>
    public MLOpsClient(HttpClient http, TimeProvider? time = null)
    {
        _http = http;
        _time = time ?? TimeProvider.System;
        var transport = new Transport(http);
        Experiments = new ExperimentsClient(transport);
        Runs = new RunsClient(transport, _time);
        Artifacts = new ArtifactsClient(transport, Runs);
        Models = new ModelsClient(transport);
        Datasets = new DatasetsClient(transport);
        Training = new TrainingClient(transport, _time);
        Serving = new ServingClient(transport);
        Monitoring = new MonitoringClient(transport);
        Status = new StatusClient(transport);
    }

    /// <summary>The gateway's address.</summary>
    public Uri Gateway => _http.BaseAddress!;

    public ExperimentsClient Experiments { get; }

    public RunsClient Runs { get; }

    public ArtifactsClient Artifacts { get; }

    public ModelsClient Models { get; }

    public DatasetsClient Datasets { get; }

    public TrainingClient Training { get; }

    public ServingClient Serving { get; }

    public MonitoringClient Monitoring { get; }

    public StatusClient Status { get; }

    /// <summary>Starts a run in an experiment, which is created when it does not exist.</summary>
    /// <param name="runName">Null: the server invents one.</param>
    /// <returns>The run; disposing it sends what is still buffered and sets its final status.</returns>
    public async Task<ActiveRun> StartRunAsync(
        string experiment,
        string? runName = null,
        IReadOnlyDictionary<string, string>? tags = null,
        CancellationToken cancellationToken = default)
    {
        var owner = await Experiments.GetOrCreateAsync(experiment, cancellationToken);
        var run = await Runs.CreateAsync(owner.ExperimentId, runName, tags, cancellationToken);
        return new ActiveRun(this, run, _time);
    }

    /// <summary>Runs <paramref name="body"/> inside a run, which ends FAILED when the body throws and FINISHED otherwise.</summary>
    public async Task TrackAsync(
        string experiment,
        string? runName,
        Func<ActiveRun, Task> body,
        CancellationToken cancellationToken = default)
    {
        await using var run = await StartRunAsync(experiment, runName, cancellationToken: cancellationToken);
        try
        {
            await body(run);
        }
        catch
        {
            run.EndAs(RunStatus.Failed);
            throw;
        }
    }

    public void Dispose() => _owned?.Dispose();
}
