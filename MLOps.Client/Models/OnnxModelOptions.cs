namespace MLOps.Client.Models;

/// <summary>How an ONNX model is written among a run's artifacts.</summary>
public sealed record OnnxModelOptions
{
    /// <summary>Folder inside the run's artifacts.</summary>
    public string ArtifactPath { get; init; } = "model";

    /// <summary>What the model reads; with <see cref="Outputs"/>, the signature. Empty: none is written.</summary>
    public IReadOnlyList<TensorSpec> Inputs { get; init; } = [];

    public IReadOnlyList<TensorSpec> Outputs { get; init; } = [];

    /// <summary>Registers the model by this name, which is made when missing.</summary>
    public string? RegisteredModelName { get; init; }
}
