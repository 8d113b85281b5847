using Amazon.S3;
using Amazon.S3.Model;
using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Artifacts.S3;

internal sealed partial class S3ArtifactStore
{
    private const int MaxParts = 10_000;

    public async Task<PresignedDownload> PresignDownloadAsync(string path, TimeSpan validity, CancellationToken cancellationToken = default)
    {
        var file = FileAt(path);
        var found = await S3Faults.CallAsync(client.GetObjectMetadataAsync(file.Bucket, file.Key, cancellationToken), Shown(file), cancellationToken);
        return new PresignedDownload(await SignAsync(Request(file, HttpVerb.GET, validity)), found.ContentLength);
    }

    public Task<Uri> PresignUploadAsync(string path, string contentType, TimeSpan validity, CancellationToken cancellationToken = default)
    {
        var request = Request(FileAt(path), HttpVerb.PUT, validity);
        request.ContentType = contentType;
        return SignAsync(request);
    }

    public async Task<MultipartUpload> CreateMultipartUploadAsync(string path, int parts, TimeSpan validity, CancellationToken cancellationToken = default)
    {
        if (parts is < 1 or > MaxParts)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"An upload of {parts} parts was asked for: expected 1 to {MaxParts}");
        }

        var file = FileAt(path);
        var begun = await S3Faults.CallAsync(
            client.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = file.Bucket, Key = file.Key }, cancellationToken), Shown(file), cancellationToken);
        var urls = new List<Uri>(parts);
        for (var number = 1; number <= parts; number++)
        {
            var request = Request(file, HttpVerb.PUT, validity);
            request.UploadId = begun.UploadId;
            request.PartNumber = number;
            urls.Add(await SignAsync(request));
        }

        return new MultipartUpload(begun.UploadId, urls);
    }

    public Task CompleteMultipartUploadAsync(string path, string uploadId, IReadOnlyList<UploadedPart> parts, CancellationToken cancellationToken = default)
    {
        var file = FileAt(path);
        var request = new CompleteMultipartUploadRequest
        {
            BucketName = file.Bucket,
            Key = file.Key,
            UploadId = uploadId,
            PartETags = [.. parts.OrderBy(part => part.Number).Select(part => new PartETag(part.Number, part.ETag))],
        };
        return S3Faults.CallAsync(client.CompleteMultipartUploadAsync(request, cancellationToken), Shown(file), cancellationToken);
    }

    public Task AbortMultipartUploadAsync(string path, string uploadId, CancellationToken cancellationToken = default)
    {
        var file = FileAt(path);
        var request = new AbortMultipartUploadRequest { BucketName = file.Bucket, Key = file.Key, UploadId = uploadId };
        return S3Faults.CallAsync(client.AbortMultipartUploadAsync(request, cancellationToken), Shown(file), cancellationToken);
    }

    private GetPreSignedUrlRequest Request(S3Address file, HttpVerb verb, TimeSpan validity) => new()
    {
        BucketName = file.Bucket,
        Key = file.Key,
        Verb = verb,
        Expires = clock.GetUtcNow().UtcDateTime + validity,
        Protocol = client.Config.UseHttp ? Protocol.HTTP : Protocol.HTTPS,
    };

    private async Task<Uri> SignAsync(GetPreSignedUrlRequest request) =>
        new(await client.GetPreSignedURLAsync(request), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
}
