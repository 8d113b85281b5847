namespace MLOps.Models.Classical.Hawkes;

/// <param name="Intensity">λ just before the event.</param>
/// <param name="Excitation">Σ exp(−β·(t − tᵢ)) just after it.</param>
/// <param name="Residual">∫λ since the event before: exponential of mean 1 where the model holds (Papangelou's time change).</param>
internal readonly record struct HawkesStep(double Intensity, double Excitation, double Residual)
{
    public double LogDensity => Math.Log(Intensity) - Residual;
}
