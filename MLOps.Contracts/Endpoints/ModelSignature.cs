namespace MLOps.Contracts.Endpoints;

/// <summary>What a loaded model takes and gives.</summary>
/// <param name="Schema">The inputs by the signature that MLflow keeps with the model; null: it has none.</param>
/// <param name="Rows">Raw rows that the inputs can be made of; null: only tensors will do.</param>
[GenerateSerializer, Immutable, Alias("mlops.ModelSignature")]
public sealed record ModelSignature(
    [property: Id(0)] IReadOnlyList<TensorSignature> Inputs,
    [property: Id(1)] IReadOnlyList<TensorSignature> Outputs,
    [property: Id(2)] IReadOnlyList<SchemaField>? Schema = null,
    [property: Id(3)] RowColumns? Rows = null);

/// <param name="Datatype">The Open Inference Protocol's name, for example <c>FP32</c>.</param>
/// <param name="Shape">-1 where the model leaves a dimension open.</param>
[GenerateSerializer, Immutable, Alias("mlops.TensorSignature")]
public sealed record TensorSignature(
    [property: Id(0)] string Name,
    [property: Id(1)] string Datatype,
    [property: Id(2)] IReadOnlyList<long> Shape);
