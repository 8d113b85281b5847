namespace MLOps.Gateway.Datasets;

/// <summary>Where datasets may come from.</summary>
public sealed class DatasetsOptions
{
    public const string SectionName = "MLOps:Datasets";

    /// <summary>Largest upload in bytes; a larger one is refused with 413. Default: 256 MiB.</summary>
    public long MaximumUploadBytes { get; set; } = 256L << 20;

    /// <summary>Absolute path of a folder of this process's machine, whose files, and those of its subfolders, can be registered by their path. Nothing outside it can be, and no link is followed.
    /// Whoever may register datasets can then read every table in it. Default: none, so that only uploads are taken.</summary>
    public string? ImportFolder { get; set; }
}
