using MLOps.Client;
using MLOps.Client.Models;
using MLOps.Client.Serving;
using MLOps.Dashboard.Live;

namespace MLOps.Dashboard.Endpoints;

/// <summary>Serving endpoints, and deploying to one.</summary>
public sealed class DeploymentModel(MLOpsClient client) : LiveModel
{
    public IReadOnlyList<ServingEndpoint> Endpoints { get; private set; } = [];

    public IReadOnlyList<RegisteredModel> Models { get; private set; } = [];

    public DeploymentForm Form { get; } = new();

    /// <summary>The form shows afterwards what runs: a change of it is the next deployment.</summary>
    /// <returns>Whether it runs now.</returns>
    public async Task<bool> DeployAsync(CancellationToken cancellationToken) =>
        await ActAsync(async token => Form.Take(await client.Serving.DeployAsync(Form.ToRequest(), token)), cancellationToken);

    public Task RemoveAsync(ServingEndpoint endpoint, CancellationToken cancellationToken) =>
        ActAsync(token => client.Serving.DeleteAsync(endpoint.Name, token), cancellationToken);

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        Endpoints = await client.Serving.ListAsync(cancellationToken);
        Models = await client.Models.ListAsync(cancellationToken);
    }
}
