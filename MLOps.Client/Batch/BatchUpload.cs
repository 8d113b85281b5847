namespace MLOps.Client.Batch;

/// <summary>A file that was sent to be the input of batch jobs.</summary>
public sealed record BatchUpload
{
    public required string UploadId { get; init; }

    /// <summary><c>csv</c> or <c>parquet</c>.</summary>
    public string Format { get; init; } = "";

    public long Bytes { get; init; }

    /// <summary>First 16 hex digits of the SHA-256 of its bytes.</summary>
    public string Digest { get; init; } = "";
}
