namespace MLOps.Gateway.Batch;

/// <summary>Uploads of inputs for batch jobs.</summary>
public sealed class BatchUploadOptions
{
    public const string SectionName = "MLOps:Batch";

    /// <summary>Largest upload in bytes; a larger one is refused with 413. Default: 1 GiB.</summary>
    public long MaximumUploadBytes { get; set; } = 1L << 30;
}
