using MLOps.Models.Catalog;
using MLOps.Models.Onnx;

namespace MLOps.Models.Neural.Embedding;

/// <summary>A trained embedding as its two files have it.</summary>
internal sealed class ServedEmbedding(byte[] encoder, byte[] decoder, ModelSignature signature, int width) : IDisposable
{
    /// <summary>Windows of one call: attention's memory grows with it.</summary>
    private const int Batch = 128;

    private readonly OnnxRunner _encoder = new(encoder);
    private readonly OnnxRunner _decoder = new(decoder);

    /// <summary>Embeddings of raw windows.</summary>
    public double[][] Embed(IReadOnlyList<float[]> windows) => [.. windows.Chunk(Batch).SelectMany(Encoded).Select(row => Array.ConvertAll(row, value => (double)value))];

    /// <summary>Embeddings of raw windows, and the scaled windows that the decoder makes of them.</summary>
    public (double[][] Embeddings, double[][] Reconstructions) Run(IReadOnlyList<float[]> windows)
    {
        var embeddings = new List<double[]>(windows.Count);
        var reconstructions = new List<double[]>(windows.Count);
        foreach (var chunk in windows.Chunk(Batch))
        {
            var encoded = Encoded(chunk);
            var decoded = _decoder.Run<float>([("embedding", [.. encoded.SelectMany(row => row)], [chunk.Length, width])], [EmbeddingGraphs.Reconstruction])[0];
            embeddings.AddRange(encoded.Select(row => Array.ConvertAll(row, value => (double)value)));
            reconstructions.AddRange(decoded.Chunk(chunk[0].Length).Select(row => Array.ConvertAll(row, value => (double)value)));
        }

        return ([.. embeddings], [.. reconstructions]);
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _decoder.Dispose();
    }

    private float[][] Encoded(float[][] windows)
    {
        var input = signature.Inputs[0];
        var flat = _encoder.Run<float>([(input.Name, [.. windows.SelectMany(window => window)], [windows.Length, .. input.Shape.Skip(1)])], [signature.Outputs[0].Name])[0];
        return [.. flat.Chunk(width)];
    }
}
