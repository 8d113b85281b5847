namespace MLOps.Silo.Training;

/// <summary>What a model's strategy earned.</summary>
/// <param name="Values">Simple returns after costs, one a period, oldest first.</param>
/// <param name="On">The rows that they are of, in words.</param>
internal sealed record StrategyReturns(IReadOnlyList<double> Values, string On);
