using MLOps.Contracts.Experiments;

namespace MLOps.Gateway.Mlflow;

/// <summary>A prompt that was tried once.</summary>
/// <param name="Template">The prompt with <c>{{ name }}</c> where parameters go.</param>
/// <param name="Route">The endpoint that was asked.</param>
/// <param name="Input">The prompt as it was sent.</param>
/// <param name="OutputParameters">What else is known of the answer, its latency for example.</param>
internal sealed record PromptTrial(
    string Template,
    IReadOnlyList<KeyValue> PromptParameters,
    string Route,
    IReadOnlyList<KeyValue> ModelParameters,
    string Input,
    string? Output,
    IReadOnlyList<KeyValue> OutputParameters);
