namespace MLOps.Client.Runs;

public readonly record struct MetricPoint(long Step, DateTimeOffset Timestamp, double Value);
