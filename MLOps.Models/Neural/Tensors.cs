using static TorchSharp.torch;

namespace MLOps.Models.Neural;

/// <summary>Rows of numbers to tensors and back.</summary>
internal static class Tensors
{
    /// <summary>One row after the other, [rows, shape...], float32.</summary>
    public static Tensor Stack(IReadOnlyList<float[]> rows, params ReadOnlySpan<long> shape)
    {
        var flat = new float[rows.Sum(row => row.Length)];
        var at = 0;
        foreach (var row in rows)
        {
            row.CopyTo(flat, at);
            at += row.Length;
        }

        return AlignedTensor.Of(flat, [rows.Count, .. shape]);
    }

    /// <inheritdoc cref="Stack(IReadOnlyList{float[]}, ReadOnlySpan{long})"/>
    public static Tensor Stack(IReadOnlyList<double[]> rows, params ReadOnlySpan<long> shape) =>
        Stack([.. rows.Select(row => Array.ConvertAll(row, value => (float)value))], shape);

    /// <summary>The rows of [rows, ...], each flat.</summary>
    public static double[][] Rows(Tensor values)
    {
        using var contiguous = values.detach().cpu().contiguous();
        var flat = contiguous.data<float>().ToArray();
        var width = flat.Length / Math.Max(1, (int)values.shape[0]);
        return [.. flat.Chunk(Math.Max(1, width)).Select(row => Array.ConvertAll(row, value => (double)value))];
    }
}
