namespace MLOps.Gateway.Monitoring;

internal sealed record DriftResponse(string Endpoint, IReadOnlyList<DriftReportResponse> Reports);
