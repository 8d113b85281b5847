namespace MLOps.Client.Runs;

/// <summary>One value of a metric.</summary>
/// <param name="Value">May be NaN; infinities come back as ±<see cref="double.MaxValue"/>.</param>
/// <param name="Step">May be negative.</param>
public readonly record struct Metric(string Key, double Value, DateTimeOffset Timestamp, long Step);
