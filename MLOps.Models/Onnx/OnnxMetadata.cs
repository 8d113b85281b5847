using Google.Protobuf;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Onnx;

/// <summary>Facts inside an <c>.onnx</c> file that its graph does not know when it is made: the run that it belongs to.</summary>
public static class OnnxMetadata
{
    /// <summary>The run's id.</summary>
    public const string RunId = "run_id";

    /// <summary>The file with further metadata. The graph, which may be another tool's, is not read: messages of protocol buffers that follow each other are one message with the repeated fields of both.</summary>
    public static byte[] Add(byte[] file, IReadOnlyDictionary<string, string> metadata)
    {
        var further = new ModelProto();
        foreach (var (key, value) in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            further.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        }

        return [.. file, .. further.ToByteArray()];
    }
}
