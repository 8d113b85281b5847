using MLOps.Contracts.Runs;

namespace MLOps.Gateway.Runs;

/// <summary>MLflow's order of "latest": step, then time, then value.</summary>
internal static class MetricOrder
{
    public static bool IsLaterThan(this Metric metric, Metric other) =>
        (metric.Step, metric.Timestamp, metric.Value).CompareTo((other.Step, other.Timestamp, other.Value)) > 0;
}
