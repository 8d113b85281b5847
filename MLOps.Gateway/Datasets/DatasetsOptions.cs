namespace MLOps.Gateway.Datasets;

/// <summary>Uploads of datasets.</summary>
public sealed class DatasetsOptions
{
    public const string SectionName = "MLOps:Datasets";

    /// <summary>Largest upload in bytes; a larger one is refused with 413. Default: 256 MiB.</summary>
    public long MaximumUploadBytes { get; set; } = 256L << 20;
}
