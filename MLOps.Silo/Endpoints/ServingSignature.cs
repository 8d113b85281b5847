using MLOps.Contracts.Endpoints;
using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;

namespace MLOps.Silo.Endpoints;

/// <summary>The engine's metadata as the contract says it; in arrays, because the list types that collection expressions make cannot be serialized.</summary>
internal static class ServingSignature
{
    public static ModelSignature Of(ModelMetadata metadata) => new(Tensors(metadata.Inputs), Tensors(metadata.Outputs));

    private static TensorSignature[] Tensors(IReadOnlyList<TensorMetadata> tensors) =>
        [.. tensors.Select(tensor => new TensorSignature(tensor.Name, tensor.Datatype.Name(), tensor.Shape.ToArray()))];
}
