using static TorchSharp.torch;

namespace MLOps.Models.Neural.MarketVae;

/// <summary>Kullback-Leibler divergence of a diagonal normal from the standard normal, in closed form (Kingma and Welling 2014, appendix B): ½ Σ (μ² + σ² − 1 − ln σ²), in nats.</summary>
internal static class NormalDivergence
{
    /// <param name="mean">[B, n].</param>
    /// <param name="logVariance">[B, n].</param>
    /// <returns>[B].</returns>
    public static Tensor Of(Tensor mean, Tensor logVariance)
    {
        using var scope = NewDisposeScope();
        return (mean.Squared().Plus(logVariance.exp()) - logVariance).Plus(-1).sum(1).Times(0.5).MoveToOuterDisposeScope();
    }
}
