namespace MLOps.Gateway.Monitoring;

internal sealed record AcknowledgeRequest(string? By);
