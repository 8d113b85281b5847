namespace MLOps.Tracking;

/// <param name="UploadId">Names the upload when it is completed or aborted.</param>
/// <param name="Parts">A URL for each part, in order; each takes one PUT, whose answer has the part's ETag.</param>
public sealed record MultipartUpload(string UploadId, IReadOnlyList<Uri> Parts);
