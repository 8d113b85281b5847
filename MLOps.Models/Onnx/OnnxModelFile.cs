using Google.Protobuf;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Onnx;

/// <summary>Wraps a graph into the bytes of an <c>.onnx</c> file.</summary>
internal static class OnnxModelFile
{
    /// <summary>IR 10 with opset 21 (ONNX 1.16): old enough for the runtimes in use (ONNX Runtime 1.18 and later), and every operator used here has float32 and float64 kernels in it.</summary>
    private const long IrVersion = 10;
    private const long Opset = 21;

    /// <summary>Domain of trees and other learners, and the version of it that goes with the opset.</summary>
    public const string LearningDomain = "ai.onnx.ml";
    private const long LearningOpset = 3;

    /// <param name="metadata">Model type, feature names, conventions, training period: facts that travel inside the file.</param>
    public static byte[] Write(GraphProto graph, string description, IReadOnlyDictionary<string, string> metadata)
    {
        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "MLOps.Models",
            ProducerVersion = typeof(OnnxModelFile).Assembly.GetName().Version?.ToString(3) ?? "0",
            DocString = description,
            Graph = graph,
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = Opset });
        if (graph.Node.Any(node => node.Domain == LearningDomain))
        {
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = LearningDomain, Version = LearningOpset });
        }

        foreach (var (key, value) in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        }

        return model.ToByteArray();
    }
}
