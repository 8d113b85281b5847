using MLOps.Client.Runs;

namespace MLOps.Client.Training;

/// <summary>Something that a job's stream tells.</summary>
public abstract record TrainingEvent;

/// <summary>The job as it is now.</summary>
public sealed record TrainingJobChanged(TrainingJob Job) : TrainingEvent;

/// <summary>A metric's values so far: replaces what was known of it.</summary>
public sealed record TrainingCurve(MetricSeries Series) : TrainingEvent;

/// <summary>A value was logged, durably.</summary>
public sealed record TrainingMetric(string Key, long Step, double Value, DateTimeOffset Timestamp) : TrainingEvent;
