using MLOps.Contracts.Problems;

namespace MLOps.Tracking;

/// <summary>A store whose files clients may reach themselves, by URLs that it signs and that expire.</summary>
public interface IPresignedArtifactStore : IArtifactStore
{
    /// <exception cref="MLOpsException">NotFound: no such file.</exception>
    Task<PresignedDownload> PresignDownloadAsync(string path, TimeSpan validity, CancellationToken cancellationToken = default);

    /// <summary>A URL that takes one PUT of the whole file, with this content type.</summary>
    Task<Uri> PresignUploadAsync(string path, string contentType, TimeSpan validity, CancellationToken cancellationToken = default);

    /// <summary>Begins an upload in parts; nothing is visible before it is completed.</summary>
    /// <param name="parts">How many parts, 1 to 10,000.</param>
    Task<MultipartUpload> CreateMultipartUploadAsync(string path, int parts, TimeSpan validity, CancellationToken cancellationToken = default);

    /// <exception cref="MLOpsException">NotFound: no such upload. InvalidArgument: the parts are not those that were uploaded.</exception>
    Task CompleteMultipartUploadAsync(string path, string uploadId, IReadOnlyList<UploadedPart> parts, CancellationToken cancellationToken = default);

    /// <summary>Ends the upload and takes its parts away.</summary>
    /// <exception cref="MLOpsException">NotFound: no such upload.</exception>
    Task AbortMultipartUploadAsync(string path, string uploadId, CancellationToken cancellationToken = default);
}
