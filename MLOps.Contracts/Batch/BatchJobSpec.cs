namespace MLOps.Contracts.Batch;

/// <summary>Which model on which rows. Exactly one of <paramref name="Endpoint"/> and <paramref name="ModelUri"/>, and exactly one of <paramref name="Dataset"/> and <paramref name="UploadId"/>.</summary>
/// <param name="Endpoint">The version that its variant with the most traffic serves at the start.</param>
/// <param name="ModelUri"><c>models:/name/3</c>, <c>models:/name/Production</c> or <c>models:/name@alias</c>, as it resolves at the start.</param>
/// <param name="DatasetVersion">0: the newest.</param>
/// <param name="Inputs">Inputs without an entry take columns by rule: see <c>MLOps.Inference.Tabular.TableInputs</c>.</param>
/// <param name="Outputs">Outputs of the model that the result has; empty: all.</param>
/// <param name="Passthrough">Columns of the input that the result has too.</param>
/// <param name="ChunkRows">Rows that are made durable together; 0: the server's default.</param>
/// <param name="RunName">Null: a name is made.</param>
[GenerateSerializer, Immutable, Alias("mlops.BatchJobSpec")]
public sealed record BatchJobSpec(
    [property: Id(0)] string? Endpoint,
    [property: Id(1)] string? ModelUri,
    [property: Id(2)] string? Dataset,
    [property: Id(3)] int DatasetVersion,
    [property: Id(4)] string? UploadId,
    [property: Id(5)] IReadOnlyList<BatchInputColumns> Inputs,
    [property: Id(6)] IReadOnlyList<string> Outputs,
    [property: Id(7)] IReadOnlyList<string> Passthrough,
    [property: Id(8)] int ChunkRows,
    [property: Id(9)] BatchOnError OnError,
    [property: Id(10)] string? RunName)
{
    /// <summary>The experiment of all batch runs.</summary>
    public const string Experiment = "batch-inference";
}
