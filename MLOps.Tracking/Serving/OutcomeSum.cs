namespace MLOps.Tracking.Serving;

/// <summary>Outcomes of one variant in a test.</summary>
/// <param name="Metric">"": units assigned; only their count means something.</param>
/// <param name="SquaredDeviations">Σ(x − mean)².</param>
public sealed record OutcomeSum(string Variant, string Metric, long Count, double Mean, double SquaredDeviations);
