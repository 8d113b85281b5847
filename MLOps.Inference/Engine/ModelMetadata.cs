using MLOps.Inference.Sequences;

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

    /// <summary>Which outputs feed which inputs from one step of a sequence to the next; empty: the model keeps no state.</summary>
    public IReadOnlyList<StateLink> State { get; init; } = [];

    /// <summary>What really runs it.</summary>
    public ExecutionProvider ExecutionProvider { get; init; }
}
