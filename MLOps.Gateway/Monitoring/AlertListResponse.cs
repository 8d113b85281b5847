namespace MLOps.Gateway.Monitoring;

internal sealed record AlertListResponse(IReadOnlyList<AlertResponse> Alerts);
