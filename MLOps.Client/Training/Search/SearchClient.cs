using MLOps.Client.Http;

namespace MLOps.Client.Training.Search;

/// <summary>Hyper-parameter searches.</summary>
public sealed class SearchClient
{
    private const string Path = "mlops/training/search";
    private readonly Transport _transport;

    internal SearchClient(Transport transport) => _transport = transport;

    public Task<HyperParameterSearch> StartAsync(SearchRequest request, CancellationToken cancellationToken = default) =>
        _transport.PostAsync<HyperParameterSearch>(Path, request, cancellationToken);

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<HyperParameterSearch>> ListAsync(CancellationToken cancellationToken = default) =>
        (await _transport.GetAsync<SearchesAnswer>(Path, cancellationToken)).Searches ?? [];

    public Task<HyperParameterSearch> GetAsync(string searchId, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<HyperParameterSearch>($"{Path}/{QueryPath.Segment(searchId)}", cancellationToken);

    /// <summary>Begins no further trial and stops those that run.</summary>
    public Task<HyperParameterSearch> StopAsync(string searchId, CancellationToken cancellationToken = default) =>
        _transport.PostAsync<HyperParameterSearch>($"{Path}/{QueryPath.Segment(searchId)}/stop", new { }, cancellationToken);

    private sealed record SearchesAnswer(IReadOnlyList<HyperParameterSearch>? Searches);
}
