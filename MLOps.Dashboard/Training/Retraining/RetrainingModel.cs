using MLOps.Client;
using MLOps.Client.Datasets;
using MLOps.Client.Serving;
using MLOps.Client.Training;
using MLOps.Client.Training.Retraining;
using MLOps.Dashboard.Live;

namespace MLOps.Dashboard.Training.Retraining;

/// <summary>The endpoints' retraining policies, what the one in view did, and setting one.</summary>
public sealed class RetrainingModel(MLOpsClient client) : TrainingChoices(client)
{
    private string? _chosen;

    public IReadOnlyList<RetrainingPolicy> Policies { get; private set; } = [];

    public IReadOnlyList<ServingEndpoint> Endpoints { get; private set; } = [];

    /// <summary>The form of the next policy.</summary>
    public PolicyForm Form { get; } = new();

    /// <summary>The chosen one, else the first.</summary>
    public RetrainingPolicy? InView => Policies.FirstOrDefault(policy => policy.Endpoint == _chosen) ?? (Policies.Count > 0 ? Policies[0] : null);

    public void View(string endpoint) => _chosen = endpoint;

    public Task SetAsync(CancellationToken cancellationToken) => ActAsync(
        async token => _chosen = (await Client.Training.Retraining.SetAsync(Form.Endpoint, Form.ToRequest(), token)).Endpoint,
        cancellationToken);

    public Task StartAsync(RetrainingPolicy policy, CancellationToken cancellationToken) =>
        ActAsync(token => Client.Training.Retraining.StartAsync(policy.Endpoint, token), cancellationToken);

    public Task DeleteAsync(RetrainingPolicy policy, CancellationToken cancellationToken) =>
        ActAsync(token => Client.Training.Retraining.DeleteAsync(policy.Endpoint, token), cancellationToken);

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        Policies = await Client.Training.Retraining.ListAsync(cancellationToken);
        Endpoints = await Client.Serving.ListAsync(cancellationToken);
        await LoadChoicesAsync(cancellationToken);
        Form.Offer(Endpoints, Catalog, Datasets);
    }
}
