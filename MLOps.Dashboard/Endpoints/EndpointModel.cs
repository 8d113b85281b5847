using MLOps.Client;
using MLOps.Client.Serving;
using MLOps.Dashboard.Live;

namespace MLOps.Dashboard.Endpoints;

/// <summary>What goes on behind one endpoint.</summary>
public sealed class EndpointModel(MLOpsClient client) : LiveModel
{
    public string Name { get; private set; } = "";

    public ServingEndpoint? Endpoint { get; private set; }

    public EndpointInsight? Insight { get; private set; }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<EndpointEvent> History { get; private set; } = [];

    public void Show(string name)
    {
        if (name == Name)
        {
            return;
        }

        Name = name;
        Endpoint = null;
        Insight = null;
        History = [];
        Reset();
    }

    public Task PromoteAsync(CancellationToken cancellationToken) => ActAsync(token => client.Serving.PromoteCanaryAsync(Name, token), cancellationToken);

    public Task AbortAsync(CancellationToken cancellationToken) => ActAsync(token => client.Serving.AbortCanaryAsync(Name, token), cancellationToken);

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        Endpoint = await client.Serving.GetAsync(Name, cancellationToken);
        Insight = await client.Serving.GetInsightAsync(Name, cancellationToken);
        History = await client.Serving.GetHistoryAsync(Name, cancellationToken);
    }
}
