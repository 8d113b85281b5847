using MLOps.Inference.Engine;

namespace MLOps.Inference.Codecs;

/// <summary>What an answer says.</summary>
/// <param name="Variant">The arm of the endpoint that answered.</param>
public sealed record OipResponse(string ModelName, string ModelVersion, string Variant, InferenceResult Result);
