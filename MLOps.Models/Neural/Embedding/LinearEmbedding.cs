using static TorchSharp.torch;

namespace MLOps.Models.Neural.Embedding;

/// <summary>Principal components as the weights of dense layers: where embeddings begin.</summary>
/// <param name="Weight">[width, window].</param>
/// <param name="Bias">[width].</param>
/// <param name="DecoderWeight">[window, width].</param>
/// <param name="DecoderBias">[window].</param>
internal sealed record LinearEmbedding(Tensor Weight, Tensor Bias, Tensor DecoderWeight, Tensor DecoderBias)
{
    /// <param name="isWhite">Whether every number gets unit variance; otherwise there is one scale for all, by which a component that matters more stays larger, and moves slower.</param>
    public static LinearEmbedding Of(PrincipalComponents components, bool isWhite)
    {
        var (window, width) = (components.Mean.Length, components.Deviations.Count);
        var common = Math.Sqrt(components.Deviations.Average(deviation => deviation * deviation));
        var scales = AlignedTensor.Of([.. components.Deviations.Select(deviation => (float)(isWhite ? deviation : common))], width, 1);
        var directions = AlignedTensor.Of([.. components.Directions.ToColumnMajorArray().Select(value => (float)value)], width, window);
        var mean = AlignedTensor.Of([.. components.Mean.Select(value => (float)value)], window);
        var weight = directions / scales;
        return new LinearEmbedding(weight, -weight.mv(mean), (directions * scales).t(), mean);
    }
}
