namespace MLOps.Models.Catalog;

/// <summary>One call of an exported graph.</summary>
/// <param name="Path">File of the model's folder.</param>
/// <param name="Rows">The rows of the data that the call goes over, ascending: of each part of the inputs the newest row in it. Every input, and every output that goes by rows, is as many equal parts in this order.</param>
public sealed record GraphRun(string Path, IReadOnlyList<int> Rows, IReadOnlyList<GraphInput> Inputs);

/// <param name="ElementType">As in <see cref="TensorSpec"/>: <c>float32</c> or <c>float64</c>.</param>
/// <param name="Values">Flat and row-major; of float32 widened.</param>
public sealed record GraphInput(string Name, string ElementType, double[] Values, long[] Shape);
