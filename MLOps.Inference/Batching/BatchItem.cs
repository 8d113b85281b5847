using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Batching;

/// <summary>A request that waits for a batch.</summary>
/// <param name="Rows">Length of the first dimension of every input.</param>
internal sealed record BatchItem(IReadOnlyList<Tensor> Inputs, IReadOnlyList<string>? Outputs, long Rows)
{
    public TaskCompletionSource<InferenceResult> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
