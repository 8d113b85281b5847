namespace MLOps.Gateway.Monitoring;

/// <summary>A replay on the wire. The time is Unix ms.</summary>
internal sealed record ReplayResponse(string Id, long StartedAt, int Windows, long Late);
