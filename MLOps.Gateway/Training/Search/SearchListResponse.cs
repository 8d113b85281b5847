namespace MLOps.Gateway.Training.Search;

internal sealed record SearchListResponse(IReadOnlyList<SearchResponse> Searches);
