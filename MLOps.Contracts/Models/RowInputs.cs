namespace MLOps.Contracts.Models;

/// <summary>A version's inputs, made of raw rows.</summary>
/// <param name="Tensors">In the form of tensor messages; one batch row for each prediction.</param>
/// <param name="Times">ISO 8601, the newest row that each prediction knows; null: the rows have no times.</param>
/// <param name="Predictions">How many there are.</param>
/// <param name="IsSequence">Whether each batch row is a step of one sequence.</param>
[GenerateSerializer, Immutable, Alias("mlops.RowInputs")]
public sealed record RowInputs(
    [property: Id(0)] byte[] Tensors,
    [property: Id(1)] IReadOnlyList<string>? Times,
    [property: Id(2)] int Predictions,
    [property: Id(3)] bool IsSequence);
