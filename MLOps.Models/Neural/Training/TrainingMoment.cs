namespace MLOps.Models.Neural.Training;

/// <param name="Epochs">Passes over the rows that are done, the part of the current one included.</param>
internal readonly record struct TrainingMoment(double Epochs, TrainingNoise Noise)
{
    /// <summary>0 at the start, rising evenly to 1 after the given number of epochs: the weight of a term that must not be felt at once, as a VAE's divergence.</summary>
    public double WarmUp(double epochs) => epochs > 0 ? Math.Min(1, Epochs / epochs) : 1;
}
