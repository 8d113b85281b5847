namespace MLOps.Tracking.Traces;

/// <summary>A version of a prompt in the registry.</summary>
public readonly record struct PromptVersion(string Name, string Version);
