using static TorchSharp.torch;

namespace MLOps.Models.Neural.Tcn;

/// <summary>Windows [8, 64] with the class probabilities to learn and the class to be scored against.</summary>
internal sealed record LabelledWindows(IReadOnlyList<float[]> Windows, double[][] Targets, int[] Labels)
{
    /// <summary>The targets as [windows, classes], float32.</summary>
    public Tensor TargetTensor() => AlignedTensor.Of([.. Targets.SelectMany(row => row.Select(p => (float)p))], Targets.Length, Targets[0].Length);
}
