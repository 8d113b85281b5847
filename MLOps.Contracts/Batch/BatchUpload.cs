using MLOps.Contracts.Problems;

namespace MLOps.Contracts.Batch;

/// <summary>A file that was sent to be the input of jobs. It is described beside its bytes, after them: what has a description is whole.</summary>
/// <param name="Format"><c>csv</c> or <c>parquet</c>, told by its first bytes.</param>
/// <param name="Digest">First 16 hex digits of the SHA-256 of its bytes.</param>
[GenerateSerializer, Immutable, Alias("mlops.BatchUpload")]
public sealed record BatchUpload(
    [property: Id(0)] string UploadId,
    [property: Id(1)] string Format,
    [property: Id(2)] long Bytes,
    [property: Id(3)] string Digest)
{
    /// <summary>Path in the artifact store of an upload's bytes.</summary>
    public static string ContentPath(string uploadId) => $"batch/uploads/{Check(uploadId)}/input";

    /// <summary>Path in the artifact store of an upload's description, this record as JSON.</summary>
    public static string DescriptionPath(string uploadId) => $"batch/uploads/{Check(uploadId)}/upload.json";

    /// <exception cref="MLOpsException">InvalidArgument: not 32 hex digits.</exception>
    private static string Check(string uploadId) => Guid.TryParseExact(uploadId, "N", out _)
        ? uploadId
        : throw new MLOpsException(ProblemCode.InvalidArgument, $"'upload_id' is '{NameRules.Shortened(uploadId)}': expected an id that POST /mlops/batch/upload has answered.");
}
