using MLOps.Models.Neural.Training;
using static TorchSharp.torch;

namespace MLOps.Models.Neural.Embedding;

/// <summary>Hides parts of scaled windows, so that a network must learn what goes with what instead of copying: half of the share as whole days, half as single values. Hidden values become 0, the mean, and the others grow by as much, so that what reads the window linearly reads the same in the mean, hidden or not.</summary>
internal static class WindowMask
{
    public static Tensor Apply(Tensor scaled, int dayDimension, double share, TrainingNoise noise)
    {
        using var scope = NewDisposeScope();
        long[] days = [scaled.shape[0], 1, 1];
        days[dayDimension] = scaled.shape[dayDimension];
        var kept = noise.Uniform(days).AtLeast(share / 2).logical_and(noise.Uniform(scaled.shape).AtLeast(share / 2));
        var keptShare = (1 - (share / 2)) * (1 - (share / 2));
        return (scaled * kept.to_type(ScalarType.Float32)).Over(keptShare).MoveToOuterDisposeScope();
    }
}
