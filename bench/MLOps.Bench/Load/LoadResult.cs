namespace MLOps.Bench.Load;

/// <summary>What one scenario gave.</summary>
/// <param name="P50">In ms.</param>
/// <param name="P99">In ms.</param>
/// <param name="Costs">Processor time of a call in µs, by role.</param>
internal sealed record LoadResult(string Scenario, int Connections, double CallsPerSecond, double P50, double P99, IReadOnlyDictionary<string, double> Costs);
