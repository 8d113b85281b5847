using MLOps.Models.Neural.Layers;
using MLOps.Models.Onnx;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Neural.Embedding;

/// <summary>The two graphs of an embedding: raw windows to embeddings, which is served, and embeddings back to scaled windows, by which its R² is measured.</summary>
internal static class EmbeddingGraphs
{
    public const string Reconstruction = "reconstruction";

    public static GraphProto Encoder(EmbeddingNetwork network) => FromInput(network, network.WriteEncoder);

    /// <summary>A graph from raw windows to any outputs.</summary>
    /// <param name="write">Writes the nodes behind the scaled windows.</param>
    public static GraphProto FromInput(EmbeddingNetwork network, Func<NetworkGraph, string, IReadOnlyList<EmbeddingOutput>> write)
    {
        var graph = new OnnxGraphBuilder("encoder");
        long[] perFeature = network.IsByDay ? [1, 1, EmbeddingNetwork.Features] : [1, EmbeddingNetwork.Features, 1];
        var input = graph.Input(EmbeddingNetwork.Input, OnnxElementType.Float32, Shape(network.WindowShape));
        var centred = graph.Node("Sub", [input, graph.Constant("means", network.Scaler.Means, perFeature)]);
        var scaled = graph.Node("Div", [centred, graph.Constant("deviations", network.Scaler.Deviations, perFeature)]);
        var clipped = graph.Node("Clip", [scaled, graph.Constant("least", [-EmbeddingNetwork.Clip]), graph.Constant("most", [EmbeddingNetwork.Clip])]);
        foreach (var output in write(new NetworkGraph(graph, network), clipped))
        {
            graph.Output(output.Name, output.Source, OnnxElementType.Float32, Shape(output.Shape));
        }

        return graph.Build();
    }

    public static GraphProto Decoder(EmbeddingNetwork network)
    {
        var graph = new OnnxGraphBuilder("decoder");
        var embedding = graph.Input("embedding", OnnxElementType.Float32, "B", network.Width);
        graph.Output(Reconstruction, network.WriteDecoder(new NetworkGraph(graph, network), embedding), OnnxElementType.Float32, Shape(network.WindowShape));
        return graph.Build();
    }

    private static OnnxDimension[] Shape(long[] lengths) => ["B", .. lengths.Select(length => (OnnxDimension)length)];
}
