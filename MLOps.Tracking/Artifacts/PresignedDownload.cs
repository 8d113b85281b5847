namespace MLOps.Tracking;

/// <param name="Url">Takes GET, with or without a range.</param>
/// <param name="Size">Bytes of the file when the URL was signed.</param>
public sealed record PresignedDownload(Uri Url, long Size);
