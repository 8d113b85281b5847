namespace MLOps.Client.Models;

/// <summary>One input or output of a model.</summary>
/// <param name="ElementType">NumPy's name: <c>float32</c>, <c>int64</c>, …</param>
/// <param name="Shape">Lengths; -1 where any length goes, as for the batch: <c>[-1, 64, 8]</c>.</param>
public sealed record TensorSpec(string Name, string ElementType, IReadOnlyList<long> Shape);
