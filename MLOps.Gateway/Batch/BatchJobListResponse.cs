namespace MLOps.Gateway.Batch;

internal sealed record BatchJobListResponse(IReadOnlyList<BatchJobResponse> Jobs);
