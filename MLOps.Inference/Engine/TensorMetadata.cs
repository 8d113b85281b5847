using MLOps.Inference.Tensors;

namespace MLOps.Inference.Engine;

/// <summary>An input or output of a model.</summary>
/// <param name="Shape">-1 where the model leaves a dimension open.</param>
public sealed record TensorMetadata(string Name, TensorDatatype Datatype, IReadOnlyList<long> Shape);
