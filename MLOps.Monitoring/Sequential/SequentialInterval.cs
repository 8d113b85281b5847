namespace MLOps.Monitoring.Sequential;

/// <summary>A difference with its always-valid interval.</summary>
/// <param name="LogEvidence">ln Λ against "no difference"; the always-valid p-value is 1 / (the largest Λ so far), at most 1.</param>
public readonly record struct SequentialInterval(double Difference, double Lower, double Upper, double LogEvidence);
