namespace MLOps.Monitoring.Drift;

/// <summary>The window that still takes observations, as it is kept between activations.</summary>
/// <param name="Month">Months since year 0 (12·year + month − 1), UTC.</param>
/// <param name="Observations">Event time in Unix ms and one value per feature.</param>
public sealed record OpenWindow(int Month, IReadOnlyList<(long EventTime, double[] Values)> Observations);
