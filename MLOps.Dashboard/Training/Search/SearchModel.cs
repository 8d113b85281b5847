using MLOps.Client;
using MLOps.Client.Datasets;
using MLOps.Client.Training;
using MLOps.Client.Training.Search;
using MLOps.Dashboard.Live;

namespace MLOps.Dashboard.Training.Search;

/// <summary>Hyper-parameter searches, the trials of the one in view, and starting another.</summary>
public sealed class SearchModel(MLOpsClient client) : TrainingChoices(client)
{
    private string? _chosen;

    /// <summary>Newest first.</summary>
    public IReadOnlyList<HyperParameterSearch> Searches { get; private set; } = [];

    /// <summary>The form of the next search.</summary>
    public SearchForm Form { get; } = new();

    /// <summary>The chosen one, else the newest that runs, else the newest.</summary>
    public HyperParameterSearch? InView => Searches.FirstOrDefault(search => search.SearchId == _chosen)
        ?? Searches.FirstOrDefault(search => !search.IsEnded)
        ?? (Searches.Count > 0 ? Searches[0] : null);

    public void View(string searchId) => _chosen = searchId;

    public Task StartAsync(CancellationToken cancellationToken) => ActAsync(
        async token => _chosen = (await Client.Training.Search.StartAsync(Form.ToRequest(), token)).SearchId,
        cancellationToken);

    public Task StopAsync(HyperParameterSearch search, CancellationToken cancellationToken) =>
        ActAsync(token => Client.Training.Search.StopAsync(search.SearchId, token), cancellationToken);

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        Searches = await Client.Training.Search.ListAsync(cancellationToken);
        await LoadChoicesAsync(cancellationToken);
        Form.Training.Offer(Catalog, Datasets);
        Form.Settle();
    }
}
