using MLOps.Client;
using MLOps.Client.Training.Search;
using MLOps.Dashboard.Live;

namespace MLOps.Dashboard.Training.Search;

/// <summary>Hyper-parameter searches, and the trials of the one in view.</summary>
public sealed class SearchModel(MLOpsClient client) : LiveModel
{
    private string? _chosen;

    /// <summary>Newest first.</summary>
    public IReadOnlyList<HyperParameterSearch> Searches { get; private set; } = [];

    /// <summary>The chosen one, else the newest that runs, else the newest.</summary>
    public HyperParameterSearch? InView => Searches.FirstOrDefault(search => search.SearchId == _chosen)
        ?? Searches.FirstOrDefault(search => !search.IsEnded)
        ?? (Searches.Count > 0 ? Searches[0] : null);

    public void View(string searchId) => _chosen = searchId;

    public Task StopAsync(HyperParameterSearch search, CancellationToken cancellationToken) =>
        ActAsync(token => client.Training.Search.StopAsync(search.SearchId, token), cancellationToken);

    protected override async Task LoadAsync(CancellationToken cancellationToken) =>
        Searches = await client.Training.Search.ListAsync(cancellationToken);
}
