namespace MLOps.Monitoring.Drift;

/// <summary>One feature of a judged window.</summary>
/// <param name="KolmogorovSmirnov">D against the reference.</param>
/// <param name="Normalised">D·√(nm/(n+m)).</param>
/// <param name="TextbookPValue">Asymptotic p of D if observations were independent, which market data are not: for comparison only.</param>
/// <param name="PopulationStabilityIndex">Over the reference's deciles.</param>
public sealed record FeatureVerdict(string Feature, double KolmogorovSmirnov, double Normalised, double TextbookPValue, double PopulationStabilityIndex);
