namespace MLOps.Models.Classical.KalmanPairs;

/// <summary>Intercept and hedge ratio of y = intercept + ratio·x with their covariance, after the last row.</summary>
internal readonly record struct HedgeState(double Intercept, double Ratio, double InterceptVariance, double Covariance, double RatioVariance)
{
    public double[] Beta => [Intercept, Ratio];

    public double[] Matrix => [InterceptVariance, Covariance, RatioVariance];
}
