using MLOps.Inference.Configuration;

namespace MLOps.Inference.Sources;

/// <summary>A model as it is loaded.</summary>
/// <param name="Bytes">The ONNX protobuf, complete in itself.</param>
/// <param name="Version">What the model's answers say about themselves; 0: nothing is known.</param>
public sealed record ModelContent(byte[] Bytes, int Version = 0)
{
    /// <summary>What a configuration file says of the model's inputs and outputs; null: nothing.</summary>
    public ModelDeclaration? Declared { get; init; }
}
