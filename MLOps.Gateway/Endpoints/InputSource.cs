using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;
using MLOps.Inference;

namespace MLOps.Gateway.Endpoints;

/// <summary>What a request's inputs are made of where that depends on who answers: named columns and bodies of raw tensor bytes go by the signature of the version, raw rows through its own pipeline.</summary>
internal abstract class InputSource
{
    /// <summary>Bytes that a copy holds.</summary>
    public abstract long Bytes { get; }

    /// <summary>Whether the inputs that are made for one variant are those that the other takes.</summary>
    public abstract bool IsAlike(VariantState one, VariantState other);

    /// <summary>The variant's inputs. May be asked again, for another variant or after a rollout.</summary>
    /// <exception cref="InferenceException">InvalidRequest: does not fit the variant's signature. TooLarge: it would expand past the limit.</exception>
    /// <exception cref="MLOpsException">InvalidArgument: raw rows that do not fit the version or are too few. InvalidState: it takes none.</exception>
    public abstract ValueTask<MadeInputs> MakeAsync(VariantState variant, CancellationToken cancellationToken);

    /// <summary>Whether the caller's data is right by the variant's signature. Raw rows are judged by their columns alone.</summary>
    public abstract ValueTask<bool> FitsAsync(VariantState variant, CancellationToken cancellationToken);

    /// <summary>The same in memory of its own: the caller's goes when it has its answer.</summary>
    public abstract InputSource Copy();
}
