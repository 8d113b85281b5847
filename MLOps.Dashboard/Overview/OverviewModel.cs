using MLOps.Client;
using MLOps.Client.Experiments;
using MLOps.Client.Monitoring;
using MLOps.Client.Platform;
using MLOps.Client.Runs;
using MLOps.Client.Serving;
using MLOps.Client.Training;
using MLOps.Dashboard.Live;

namespace MLOps.Dashboard.Overview;

/// <summary>The platform at a glance.</summary>
public sealed class OverviewModel(MLOpsClient client) : LiveModel
{
    private const int RunsShown = 12;

    public GatewayStatus Status { get; private set; } = new();

    public IReadOnlyList<Run> Runs { get; private set; } = [];

    public IReadOnlyDictionary<string, string> ExperimentNames { get; private set; } = new Dictionary<string, string>();

    public IReadOnlyList<ServingEndpoint> Endpoints { get; private set; } = [];

    public IReadOnlyList<ModelAlert> OpenAlerts { get; private set; } = [];

    public IReadOnlyList<TrainingJob> ActiveJobs { get; private set; } = [];

    /// <summary>Whether nobody has used the platform yet.</summary>
    public bool IsNew => IsLoaded && Runs.Count == 0 && Endpoints.Count == 0 && Status.RegisteredModels == 0;

    /// <summary>What a Python client sets to log here.</summary>
    public string TrackingUri => client.Gateway.AbsoluteUri.TrimEnd('/');

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        Status = await client.Status.GetAsync(cancellationToken);
        var experiments = await client.Experiments.ListAsync(cancellationToken);
        ExperimentNames = experiments.ToDictionary(experiment => experiment.ExperimentId, experiment => experiment.Name);
        Runs = experiments.Count == 0 ? [] : await NewestRunsAsync(experiments, cancellationToken);
        Endpoints = await client.Serving.ListAsync(cancellationToken);
        OpenAlerts = [.. (await client.Monitoring.ListAlertsAsync(cancellationToken)).Where(alert => alert.IsOpen)];
        ActiveJobs = [.. (await client.Training.ListAsync(cancellationToken)).Where(job => !job.IsEnded)];
    }

    private async Task<IReadOnlyList<Run>> NewestRunsAsync(IReadOnlyList<Experiment> experiments, CancellationToken cancellationToken) =>
        (await client.Runs.SearchAsync(
            [.. experiments.Select(experiment => experiment.ExperimentId)],
            orderBy: ["attributes.start_time DESC"],
            maxResults: RunsShown,
            cancellationToken: cancellationToken)).Runs;
}
