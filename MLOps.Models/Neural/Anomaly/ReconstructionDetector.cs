using static TorchSharp.torch;

namespace MLOps.Models.Neural.Anomaly;

/// <summary>Scores a window by how badly the newest day is reconstructed: the quadratic mean over its features of the squared error, each over what one in a hundred fit windows exceeds,
/// so that features of long and of short tails count alike and one feature far out is not lost among seven ordinary ones.</summary>
/// <param name="reconstruct">Normalised windows to their reconstruction.</param>
/// <param name="scales">The 99 % quantile of each newest feature's squared error among the fit windows.</param>
/// <param name="held">Tensors that the reconstruction needs; disposed of with the detector.</param>
internal sealed class ReconstructionDetector(NormalisedWindows normaliser, Func<Tensor, Tensor> reconstruct, float[] scales, params IReadOnlyList<Tensor> held) : IDisposable
{
    private const double ScaleQuantile = 0.99;

    /// <summary>Keeps a feature that is reconstructed perfectly from making every later error infinite.</summary>
    private const float SmallestScale = 1e-6f;

    public float[] Scales => scales;

    public static ReconstructionDetector Fit(NormalisedWindows normaliser, Func<Tensor, Tensor> reconstruct, IReadOnlyList<float[]> windows, params IReadOnlyList<Tensor> held)
    {
        var ones = Enumerable.Repeat(1f, NormalisedWindows.Features).ToArray();
        var errors = new ReconstructionDetector(normaliser, reconstruct, ones).Errors(windows);
        return new ReconstructionDetector(
            normaliser,
            reconstruct,
            [.. ones.Select((_, feature) => Math.Max(SmallestScale, (float)DetectorScore.Threshold([.. errors.Select(row => row[feature])], ScaleQuantile)))],
            held);
    }

    /// <summary>The linear autoencoder: the first principal components of the normalised fit windows.</summary>
    public static ReconstructionDetector Principal(NormalisedWindows normaliser, IReadOnlyList<float[]> windows, int components)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var normalised = normaliser.Of(Tensors.Stack(windows, NormalisedWindows.Size));
        var mean = normalised.mean([0], keepdim: true).DetachFromDisposeScope();
        var centred = normalised - mean;
        var (_, vectors) = linalg.eigh(centred.t().matmul(centred));
        var leading = vectors.narrow(1, NormalisedWindows.Size - components, components).contiguous().DetachFromDisposeScope();
        return Fit(normaliser, values => mean.Plus((values - mean).matmul(leading).matmul(leading.t())), windows, mean, leading);
    }

    public double[] Scores(IReadOnlyList<float[]> windows) => [.. Errors(windows).Select(row => Math.Sqrt(row.Average(error => error * error)))];

    /// <summary>[windows][8].</summary>
    public double[][] Errors(IReadOnlyList<float[]> windows)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var normalised = normaliser.Of(Tensors.Stack(windows, NormalisedWindows.Size));
        return Tensors.Rows(NormalisedWindows.NewestErrors(normalised, reconstruct(normalised)) / AlignedTensor.Of(scales, scales.Length));
    }

    public void Dispose()
    {
        foreach (var tensor in held)
        {
            tensor.Dispose();
        }
    }
}
