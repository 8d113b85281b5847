using MLOps.Models.Neural.Training;
using static TorchSharp.torch;

namespace MLOps.Models.Neural.Embedding;

/// <summary>Stretches each feature of each window by a log-normal factor of its own: features change their scale over the years, and what is learnt must outlast that.</summary>
internal static class WindowJitter
{
    /// <param name="featureDimension">1: [B, features, days]; 2: [B, days, features].</param>
    /// <param name="deviation">Of the factors' logarithms; 0: none.</param>
    public static Tensor Factors(Tensor scaled, int featureDimension, double deviation, TrainingNoise noise)
    {
        using var scope = NewDisposeScope();
        long[] shape = [scaled.shape[0], 1, 1];
        shape[featureDimension] = scaled.shape[featureDimension];
        return noise.Normal(shape).Times(deviation).exp().MoveToOuterDisposeScope();
    }
}
