namespace MLOps.Inference.Engine;

/// <summary>What a loaded model takes and gives.</summary>
/// <param name="WarmUpFailure">Why the warm-up run was left out or failed on a model with open dimensions; null when it ran.</param>
public sealed record ModelMetadata(
    IReadOnlyList<TensorMetadata> Inputs,
    IReadOnlyList<TensorMetadata> Outputs,
    int Version,
    string? WarmUpFailure)
{
    /// <summary>Platform name of ONNX models in the Open Inference Protocol.</summary>
    public const string Platform = "onnx_onnxv1";
}
