namespace MLOps.Tracking.Serving;

/// <summary>A request as it is remembered.</summary>
/// <param name="HasPayload">Whether inputs and outputs are kept.</param>
public sealed record RequestRecord(
    string RequestId,
    string Variant,
    int ModelVersion,
    long Timestamp,
    bool HasPayload,
    bool TooLarge,
    byte[]? Inputs,
    byte[]? Outputs,
    IReadOnlyList<Outcome> Outcomes);
