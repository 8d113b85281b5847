namespace MLOps.Monitoring.Statistics;

/// <summary>A test's statistic and the probability of one at least as extreme under the null hypothesis.</summary>
public readonly record struct TestResult(double Statistic, double PValue);
