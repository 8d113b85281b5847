using MLOps.Contracts.Runs;

namespace MLOps.Gateway.Runs;

/// <summary>One run's values of a metric, ordered by step, then time.</summary>
/// <param name="Reduced">Whether there were more.</param>
internal sealed record RunValues(string RunId, IReadOnlyList<Metric> Values, bool Reduced);
