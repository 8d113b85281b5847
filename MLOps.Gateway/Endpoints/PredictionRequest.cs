using MLOps.Contracts.Endpoints;
using MLOps.Inference.Sequences;
using MLOps.Inference.Tensors;

namespace MLOps.Gateway.Endpoints;

/// <summary>One inference, whatever protocol it came by.</summary>
/// <param name="Inputs">Empty where a source makes them.</param>
/// <param name="Outputs">Names of the outputs wanted; empty: all.</param>
/// <param name="Version">Only a variant of this model version may answer; null: any.</param>
/// <param name="CallerKey">Binds the caller to a variant; null: a random one.</param>
/// <param name="EventTime">Unix ms of the newest observation in the inputs.</param>
/// <param name="Replay">Id of the replay that the request is part of; null: live traffic.</param>
/// <param name="RequestId">The caller's id, by <see cref="RequestIds.Accept"/>; null: the platform makes one.</param>
/// <param name="Sequence">The step of a sequence that the request is; null: of none.</param>
/// <param name="Variant">Only this variant may answer, with the version that it has: the inputs were made for it; null: any.</param>
/// <param name="Source">What the inputs are made of when it is known who answers; null: they came as they are.</param>
/// <param name="Part">What of the inputs is news.</param>
/// <param name="AreSteps">Whether each batch row is a step of one sequence of its own.</param>
internal sealed record PredictionRequest(
    IReadOnlyList<Tensor> Inputs,
    IReadOnlyList<string> Outputs,
    string? Version,
    string? CallerKey,
    long EventTime,
    string? Replay = null,
    string? RequestId = null,
    SequenceStep? Sequence = null,
    VariantState? Variant = null,
    InputSource? Source = null,
    RequestPart Part = RequestPart.All,
    bool AreSteps = false);
