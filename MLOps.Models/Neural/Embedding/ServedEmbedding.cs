using MLOps.Models.Catalog;
using MLOps.Models.Onnx;

namespace MLOps.Models.Neural.Embedding;

/// <summary>A trained embedding as its two files have it.</summary>
/// <param name="encoder">Disposed with this.</param>
/// <param name="decoder">Disposed with this.</param>
internal sealed class ServedEmbedding(OnnxRunner encoder, OnnxRunner decoder, ModelSignature signature, int width) : IDisposable
{
    /// <summary>Windows of one call: attention's memory grows with it.</summary>
    private const int Batch = 128;

    /// <summary>Embeddings of raw windows.</summary>
    public double[][] Embed(IReadOnlyList<float[]> windows) => [.. windows.Chunk(Batch).SelectMany(chunk => Encoded(chunk, null)).Select(row => Array.ConvertAll(row, value => (double)value))];

    /// <summary>Embeddings of raw windows, and the scaled windows that the decoder makes of them.</summary>
    /// <param name="days">Rows of the data that the windows end with; null: they are not scored.</param>
    public (double[][] Embeddings, double[][] Reconstructions) Run(IReadOnlyList<float[]> windows, IReadOnlyList<int>? days = null)
    {
        var embeddings = new List<double[]>(windows.Count);
        var reconstructions = new List<double[]>(windows.Count);
        foreach (var chunk in windows.Chunk(Batch))
        {
            var encoded = Encoded(chunk, days?.Skip(embeddings.Count).Take(chunk.Length));
            var decoded = decoder.Run<float>([("embedding", [.. encoded.SelectMany(row => row)], [chunk.Length, width])], [EmbeddingGraphs.Reconstruction])[0];
            embeddings.AddRange(encoded.Select(row => Array.ConvertAll(row, value => (double)value)));
            reconstructions.AddRange(decoded.Chunk(chunk[0].Length).Select(row => Array.ConvertAll(row, value => (double)value)));
        }

        return ([.. embeddings], [.. reconstructions]);
    }

    public void Dispose()
    {
        encoder.Dispose();
        decoder.Dispose();
    }

    private float[][] Encoded(float[][] windows, IEnumerable<int>? days)
    {
        var input = signature.Inputs[0];
        var flat = encoder.Run<float>([(input.Name, [.. windows.SelectMany(window => window)], [windows.Length, .. input.Shape.Skip(1)])], [signature.Outputs[0].Name], days)[0];
        return [.. flat.Chunk(width)];
    }
}
