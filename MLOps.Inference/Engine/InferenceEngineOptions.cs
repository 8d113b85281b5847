using MLOps.Inference.Configuration;
using MLOps.Inference.Sources;

namespace MLOps.Inference.Engine;

/// <summary>What an engine may take, and where it finds models by name.</summary>
public sealed record InferenceEngineOptions
{
    /// <summary>Bytes that the loaded models may take together, by <see cref="MemoryEstimate"/>; the least recently used are evicted above it. Default: null, no limit.</summary>
    public long? MemoryBudget { get; init; }

    /// <summary>Threads of the one pool that every session of more than one thread shares. The first engine of a process decides. Default: the machine's cores.</summary>
    public int SharedThreads { get; init; } = Environment.ProcessorCount;

    /// <summary>What runs the models. Default: the CPU.</summary>
    public ExecutionProvider ExecutionProvider { get; init; }

    /// <summary>Which GPU. Default: 0.</summary>
    public int DeviceId { get; init; }

    /// <summary>Whether a model is refused when the execution provider is not there, instead of running on the CPU. Default: false.</summary>
    public bool ExecutionProviderRequired { get; init; }

    /// <summary>Whether CUDA may round the factors of single-precision products to TF32's 10 bits, which is faster for large layers and answers otherwise than the CPU. Default: false.</summary>
    public bool AllowTf32 { get; init; }

    /// <summary>How long a sequence's state is kept after its last step. Default: 10 minutes.</summary>
    public TimeSpan SequenceTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Sequences that one model may have at a time. Default: 16,384.</summary>
    public int MaxSequences { get; init; } = 16_384;

    /// <summary>Bytes that the states of one model's sequences may take together; past it no sequence begins. Default: 1 GiB.</summary>
    public long MaxSequenceBytes { get; init; } = 1L << 30;

    /// <summary>The models that <see cref="InferenceEngine.LoadModelAsync(string, SessionSettings, CancellationToken)"/> knows by name. Default: none.</summary>
    public ModelsConfig? Models { get; init; }

    /// <summary>Where <c>models:/</c> URIs lead. Default: nowhere.</summary>
    public IModelRegistry? Registry { get; init; }
}
