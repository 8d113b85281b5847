using static TorchSharp.torch;

namespace MLOps.Models.Neural.Tcn;

/// <summary>Cross-entropy against probabilities instead of one class.</summary>
internal static class SoftCrossEntropy
{
    /// <param name="logits">[B, K].</param>
    /// <param name="targets">[B, K], each row sums to 1.</param>
    public static Tensor Of(Tensor logits, Tensor targets) => -(targets * nn.functional.log_softmax(logits, 1)).sum(1).mean();
}
