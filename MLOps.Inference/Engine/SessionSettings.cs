namespace MLOps.Inference.Engine;

/// <summary>How a model's session runs.</summary>
public sealed record SessionSettings
{
    /// <summary>1: an operator's work is done by the calling thread, which is fastest for the small models of trading.
    /// More: it is shared with the process's one pool (<see cref="InferenceEngineOptions.SharedThreads"/>). Default: 1.</summary>
    public int IntraOpThreads { get; init; } = 1;

    /// <summary>Run the model once on zeros while loading, so that the first caller does not pay for it. Default: true.</summary>
    public bool WarmUp { get; init; } = true;

    /// <summary>What the answers of this model say about themselves, for example the registry version. Default: 0.</summary>
    public int Version { get; init; }

    /// <summary>Rows that one run may take together from the requests that wait (<see cref="InferenceEngine.TryInferAsync"/>).
    /// Pays for wide matrix products and for nothing else: measure. Default: 1, every request runs alone.</summary>
    public int MaxBatch { get; init; } = 1;

    /// <summary>Batches that may run at a time; requests wait only while as many run. Default: 1.</summary>
    public int ConcurrentBatches { get; init; } = 1;

    /// <summary>Which outputs feed which inputs from one step of a sequence to the next. Default: null, what the model itself says (<see cref="Sequences.StateLink"/>).</summary>
    public IReadOnlyList<Sequences.StateLink>? State { get; init; }
}
