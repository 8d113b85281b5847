namespace MLOps.Gateway.Datasets;

internal sealed record DatasetListResponse(IReadOnlyList<DatasetResponse> Datasets);
