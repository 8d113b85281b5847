using System.Diagnostics;
using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Batching;

/// <summary>A request that waits for a batch.</summary>
/// <param name="Rows">Length of the first dimension of every input.</param>
internal sealed record BatchItem(IReadOnlyList<Tensor> Inputs, IReadOnlyList<string>? Outputs, long Rows)
{
    private readonly long _since = Stopwatch.GetTimestamp();

    /// <summary>How long it has been in the queue.</summary>
    public TimeSpan Waited => Stopwatch.GetElapsedTime(_since);

    public TaskCompletionSource<InferenceResult> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
