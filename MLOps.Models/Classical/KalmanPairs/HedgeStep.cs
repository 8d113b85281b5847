namespace MLOps.Models.Classical.KalmanPairs;

/// <param name="Spread">y minus what was expected of it before the row.</param>
/// <param name="Variance">Of the spread.</param>
/// <param name="State">After the row.</param>
internal readonly record struct HedgeStep(double Spread, double Variance, HedgeState State)
{
    /// <summary>Standardised spread.</summary>
    public double Z => Spread / Math.Sqrt(Variance);

    public double LogDensity => -0.5 * (Math.Log(2 * Math.PI * Variance) + (Spread * Spread / Variance));
}
