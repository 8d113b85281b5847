using MLOps.Contracts.Endpoints;

namespace MLOps.Gateway.Endpoints;

/// <summary>A request to remember, or, with <see cref="Drained"/>, a marker that everything before it is stored.</summary>
/// <param name="CallerKey">What chose the variant: the caller's key, else its sequence's id; null: chance.</param>
/// <param name="Trial">The A/B test that it is a unit of; 0: of none.</param>
/// <param name="Bytes">Reserved for the payload.</param>
internal readonly record struct RequestLogItem(
    EndpointSnapshot Endpoint,
    VariantState Variant,
    string RequestId,
    string? CallerKey,
    long Trial,
    byte[]? Inputs,
    byte[]? Outputs,
    long Bytes,
    bool TooLarge,
    long Timestamp,
    TaskCompletionSource? Drained);
