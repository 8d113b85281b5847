using static TorchSharp.torch;

namespace MLOps.Models.Neural.Embedding;

/// <summary>Share of each window's squares that a reconstruction leaves unexplained, mean over the batch: the windows of a crash do not outweigh those of calm years.</summary>
internal static class WindowLoss
{
    /// <summary>Mean square below which a window is near enough to the mean for its share to say little.</summary>
    private const double Least = 0.05;

    public static Tensor Of(Tensor reconstruction, Tensor scaled)
    {
        using var scope = NewDisposeScope();
        return ((reconstruction - scaled).Squared().mean([1, 2]) / scaled.Squared().mean([1, 2]).Plus(Least)).mean().MoveToOuterDisposeScope();
    }
}
