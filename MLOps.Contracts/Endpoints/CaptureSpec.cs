namespace MLOps.Contracts.Endpoints;

/// <summary>What of requests and answers is kept, so that outcomes can be attached to them later.</summary>
/// <param name="SampleRate">Share of the requests whose inputs and outputs are kept, 0 to 1.</param>
/// <param name="MaxBytes">Inputs and outputs of a request together; a larger one is kept without them.</param>
/// <param name="Keep">Requests kept; the oldest go first.</param>
/// <param name="RetentionMs">Age after which they go in any case.</param>
/// <param name="EveryRequest">Whether id and variant of every request are kept, also of those whose payload is not; always so during a test.</param>
[GenerateSerializer, Immutable, Alias("mlops.CaptureSpec")]
public sealed record CaptureSpec(
    [property: Id(0)] double SampleRate = 1,
    [property: Id(1)] int MaxBytes = 64 * 1024,
    [property: Id(2)] long Keep = 100_000,
    [property: Id(3)] long RetentionMs = 7L * 24 * 60 * 60 * 1000,
    [property: Id(4)] bool EveryRequest = false);
