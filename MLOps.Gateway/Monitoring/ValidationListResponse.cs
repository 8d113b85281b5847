namespace MLOps.Gateway.Monitoring;

internal sealed record ValidationListResponse(IReadOnlyList<ValidationResponse> Versions);
