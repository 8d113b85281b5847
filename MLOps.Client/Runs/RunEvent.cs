namespace MLOps.Client.Runs;

/// <summary>Something that happened in a run while it was watched.</summary>
public abstract record RunEvent;

/// <summary>A value was logged, durably.</summary>
public sealed record MetricLogged(string Key, double Value, DateTimeOffset Timestamp, long Step) : RunEvent;

/// <summary>The run's status changed.</summary>
public sealed record RunStatusChanged(RunStatus Status, DateTimeOffset? EndTime) : RunEvent;
