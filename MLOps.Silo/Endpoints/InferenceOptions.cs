using MLOps.Inference.Engine;

namespace MLOps.Silo.Endpoints;

/// <summary>How a silo runs models.</summary>
public sealed class InferenceOptions
{
    public const string SectionName = "MLOps:Inference";

    /// <summary>MiB that the loaded models may take together, counted as twice their files and 1 MiB each; those not used for longest make room for others and
    /// are loaded again when they are asked for. Default: 0, no limit.</summary>
    public int MemoryBudgetMiB { get; set; }

    /// <summary>Threads of the pool that every variant of more than one thread shares. Default: 0, the machine's cores.</summary>
    public int SharedThreads { get; set; }

    /// <summary>What runs the models: Cpu, Cuda or TensorRt. Default: Cpu.</summary>
    public ExecutionProvider ExecutionProvider { get; set; }

    /// <summary>Which GPU. Default: 0.</summary>
    public int DeviceId { get; set; }

    /// <summary>Whether models are refused when the execution provider is not there, instead of running on the CPU. Default: false.</summary>
    public bool ExecutionProviderRequired { get; set; }

    /// <summary>Whether CUDA may round the factors of single-precision products to TF32's 10 bits: faster for large layers, answers otherwise than the CPU. Default: false.</summary>
    public bool AllowTf32 { get; set; }

    /// <summary>How long a sequence's state is kept after its last step. Default: 10 minutes.</summary>
    public TimeSpan SequenceTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Sequences that one replica may have at a time. Default: 16,384.</summary>
    public int MaxSequences { get; set; } = 16_384;

    /// <summary>Whether gateways in other processes may give their requests to this silo's replicas over connections of their own, at a fraction of a grain call's time. Default: true.</summary>
    public bool Links { get; set; } = true;

    /// <summary>Port of these connections, at the silo's own address; 0 is a free one, taken when the first of these gateways asks. Gateways that cannot reach it go on with grain calls. Default: 0.</summary>
    public int LinkPort { get; set; }

    /// <summary>By the registered model's name: how its waiting requests are run together. Default: none are.</summary>
    public Dictionary<string, BatchingOptions> Batching { get; } = [];

    /// <summary>What is set for one model.</summary>
    internal SessionSettings Settings(string model) => Batching.TryGetValue(model, out var batching)
        ? new SessionSettings { MaxBatch = batching.MaxRows, ConcurrentBatches = batching.Concurrent }
        : new SessionSettings();

    internal InferenceEngineOptions ToEngineOptions() => new()
    {
        MemoryBudget = MemoryBudgetMiB == 0 ? null : (long)MemoryBudgetMiB << 20,
        SharedThreads = SharedThreads == 0 ? Environment.ProcessorCount : SharedThreads,
        ExecutionProvider = ExecutionProvider,
        DeviceId = DeviceId,
        ExecutionProviderRequired = ExecutionProviderRequired,
        AllowTf32 = AllowTf32,
        SequenceTimeout = SequenceTimeout,
        MaxSequences = MaxSequences,
    };
}
