using MLOps.Client;
using MLOps.Client.Experiments;
using MLOps.Dashboard.Live;

namespace MLOps.Dashboard.Experiments;

/// <summary>The list of experiments, and making a new one.</summary>
public sealed class ExperimentsModel(MLOpsClient client) : LiveModel
{
    public IReadOnlyList<Experiment> Experiments { get; private set; } = [];

    public string NewName { get; set; } = "";

    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        if (NewName.Trim() is { Length: > 0 } name && await ActAsync(token => client.Experiments.CreateAsync(name, token), cancellationToken))
        {
            NewName = "";
        }
    }

    protected override async Task LoadAsync(CancellationToken cancellationToken) =>
        Experiments = [.. (await client.Experiments.ListAsync(cancellationToken))
            .OrderByDescending(experiment => experiment.LastUpdateTime ?? experiment.CreationTime)];
}
