using MLOps.Inference.Sequences;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Codecs;

/// <summary>What a tensor message says.</summary>
/// <param name="Version">Version of the model that answered; 0 in a request.</param>
/// <param name="Outputs">Names of the outputs wanted, in a request; empty: all.</param>
/// <param name="Sequence">The step of a sequence that a request is; null: of none.</param>
public sealed record TensorMessageContent(IReadOnlyList<Tensor> Tensors, int Version, IReadOnlyList<string> Outputs, SequenceStep? Sequence = null);
