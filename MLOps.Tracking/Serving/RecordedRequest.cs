namespace MLOps.Tracking.Serving;

/// <summary>A request to remember.</summary>
/// <param name="Unit">Whom a test assigned, where that is more than one request: the caller who gives a key, or a sequence. Not the key itself. Null: the request alone.</param>
/// <param name="Trial">The test that was running; 0: none.</param>
/// <param name="Timestamp">Unix ms.</param>
/// <param name="Inputs">As the platform's processes write tensors to each other; null: not kept.</param>
/// <param name="TooLarge">Whether the payload is not kept because of its size.</param>
public sealed record RecordedRequest(
    string Endpoint,
    string RequestId,
    string? Unit,
    string Variant,
    int ModelVersion,
    long Trial,
    long Timestamp,
    byte[]? Inputs,
    byte[]? Outputs,
    bool TooLarge);
