namespace MLOps.Inference.Engine;

/// <summary>How a model's session runs.</summary>
public sealed record SessionSettings
{
    /// <summary>Threads that share one operator's work. One is fastest for the small models of trading. Default: 1.</summary>
    public int IntraOpThreads { get; init; } = 1;

    /// <summary>Run the model once on zeros while loading, so that the first caller does not pay for it. Default: true.</summary>
    public bool WarmUp { get; init; } = true;

    /// <summary>What the answers of this model say about themselves, for example the registry version. Default: 0.</summary>
    public int Version { get; init; }
}
