using MLOps.Models.Catalog;

namespace MLOps.Models.Onnx;

/// <summary>Holds what ONNX Runtime computes against what the trainer computed.</summary>
internal static class OnnxParity
{
    /// <summary>Agreement asked of a float32 export.</summary>
    public const double Float32Tolerance = 1e-5;

    /// <summary>Agreement asked of a float64 export.</summary>
    public const double Float64Tolerance = 1e-10;

    /// <summary>Largest difference, absolute below 1 and relative above, so that a variance of 400 is not held to a finer ruler than one of 0.4.</summary>
    /// <exception cref="ModelTrainingException">It exceeds the tolerance, a value is not finite, or the lengths differ.</exception>
    public static double Check(string output, ReadOnlySpan<double> trainer, ReadOnlySpan<double> onnx, double tolerance)
    {
        if (trainer.Length != onnx.Length)
        {
            throw new ModelTrainingException($"ONNX parity of '{output}': the trainer gives {trainer.Length} values, ONNX Runtime {onnx.Length}.");
        }

        var worst = 0.0;
        for (var i = 0; i < trainer.Length; i++)
        {
            var difference = Math.Abs(trainer[i] - onnx[i]) / Math.Max(1, Math.Abs(trainer[i]));
            if (!(difference <= tolerance))
            {
                throw new ModelTrainingException($"ONNX parity of '{output}': element {i} is {trainer[i]:R} in the trainer and {onnx[i]:R} in ONNX Runtime; the difference {difference:E2} exceeds {tolerance:E0}.");
            }

            worst = Math.Max(worst, difference);
        }

        return worst;
    }
}
