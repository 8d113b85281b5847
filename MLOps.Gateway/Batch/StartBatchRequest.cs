using MLOps.Contracts.Batch;
using MLOps.Contracts.Problems;

namespace MLOps.Gateway.Batch;

/// <summary>Body of a start.</summary>
/// <param name="InputColumns">Columns by the model's input.</param>
/// <param name="OnError"><c>fail</c> (default) or <c>skip</c>.</param>
internal sealed record StartBatchRequest(
    string? Endpoint,
    string? ModelUri,
    string? Dataset,
    int? DatasetVersion,
    string? UploadId,
    IReadOnlyDictionary<string, IReadOnlyList<string>>? InputColumns,
    IReadOnlyList<string>? OutputColumns,
    IReadOnlyList<string>? PassthroughColumns,
    int? ChunkRows,
    string? OnError,
    string? RunName)
{
    /// <exception cref="MLOpsException">InvalidArgument: names the field.</exception>
    public BatchJobSpec ToSpec() => new(
        Endpoint,
        ModelUri,
        Dataset,
        DatasetVersion ?? 0,
        UploadId,
        [.. (InputColumns ?? new Dictionary<string, IReadOnlyList<string>>()).Select(input => new BatchInputColumns(input.Key, input.Value ?? []))],
        OutputColumns ?? [],
        PassthroughColumns ?? [],
        ChunkRows is 0 ? throw new MLOpsException(ProblemCode.InvalidArgument, "'chunk_rows' is 0: expected at least 1, or leave it out for the server's default.") : ChunkRows ?? 0,
        OnError switch
        {
            null or "fail" => BatchOnError.Fail,
            "skip" => BatchOnError.Skip,
            _ => throw new MLOpsException(ProblemCode.InvalidArgument, $"'on_error' is '{NameRules.Shortened(OnError)}': expected 'fail' or 'skip'."),
        },
        RunName);
}
