using MLOps.Client;
using MLOps.Client.Experiments;
using MLOps.Client.Models;
using MLOps.Client.Platform;
using MLOps.Client.Runs;
using MLOps.Client.Serving;
using MLOps.Dashboard.Live;

namespace MLOps.Dashboard.Layout;

/// <summary>What surrounds every page: the state of the gateway and the explorer's four lists.</summary>
public sealed class ShellModel(MLOpsClient client) : LiveModel
{
    private const int RunsShown = 12;

    public GatewayStatus? Status { get; private set; }

    public IReadOnlyList<Experiment> Experiments { get; private set; } = [];

    /// <summary>The experiment whose runs are listed; null: there is none yet.</summary>
    public string? SelectedExperiment { get; private set; }

    public IReadOnlyList<Run> Runs { get; private set; } = [];

    public IReadOnlyList<RegisteredModel> Models { get; private set; } = [];

    public IReadOnlyList<ServingEndpoint> Endpoints { get; private set; } = [];

    public int OpenAlerts { get; private set; }

    public async Task SelectAsync(string experiment, CancellationToken cancellationToken)
    {
        SelectedExperiment = experiment;
        await RefreshAsync(cancellationToken);
    }

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        Status = await client.Status.GetAsync(cancellationToken);
        Experiments = [.. (await client.Experiments.ListAsync(cancellationToken)).Where(e => e.LifecycleStage == "active")];
        if (Experiments.All(experiment => experiment.Name != SelectedExperiment))
        {
            // What moved last is what people look for; the Default experiment is mostly empty.
            SelectedExperiment = Experiments.MaxBy(experiment => (experiment.ExperimentId != "0", experiment.LastUpdateTime))?.Name;
        }

        Runs = SelectedExperiment is null ? [] : (await client.Runs.ListAsync(SelectedExperiment, RunsShown, cancellationToken: cancellationToken)).Runs;
        Models = await client.Models.ListAsync(cancellationToken);
        Endpoints = await client.Serving.ListAsync(cancellationToken);
        OpenAlerts = (await client.Monitoring.ListAlertsAsync(cancellationToken)).Count(alert => alert.IsOpen);
    }
}
