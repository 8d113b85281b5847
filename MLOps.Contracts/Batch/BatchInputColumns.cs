namespace MLOps.Contracts.Batch;

/// <summary>The columns that one input of the model takes, in the order of its elements.</summary>
[GenerateSerializer, Immutable, Alias("mlops.BatchInputColumns")]
public sealed record BatchInputColumns([property: Id(0)] string Input, [property: Id(1)] IReadOnlyList<string> Columns);
