namespace MLOps.Tracking;

/// <param name="Number">From 1.</param>
/// <param name="ETag">As the store answered it.</param>
public sealed record UploadedPart(int Number, string ETag);
