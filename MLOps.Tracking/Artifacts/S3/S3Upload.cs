using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging;
using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Artifacts.S3;

/// <summary>One upload: in one piece up to 16 MiB, in parts above. While a part is sent, the next is read: two parts are in memory at most.</summary>
internal sealed partial class S3Upload(IAmazonS3 client, S3Address target, ILogger logger)
{
    /// <summary>Content of at least this many bytes goes in parts.</summary>
    public const int PartSize = 16 << 20;

    // S3 takes 10,000 parts, some servers 1,000: content of unknown length goes on in larger parts after 6.25 GiB.
    private const int SmallParts = 400;
    private const int LargePartSize = 64 << 20;
    private static readonly TimeSpan AbortLimit = TimeSpan.FromSeconds(30);

    public async Task RunAsync(Stream content, CancellationToken cancellationToken)
    {
        var first = new PartBuffer();
        await first.FillAsync(content, PartSize, cancellationToken);
        if (first.Length == PartSize)
        {
            await RunInPartsAsync(first, content, cancellationToken);
            return;
        }

        using var body = first.ToStream();
        var request = new PutObjectRequest { BucketName = target.Bucket, Key = target.Key, InputStream = body, AutoCloseStream = false, UseChunkEncoding = false };
        await S3Faults.CallAsync(client.PutObjectAsync(request, cancellationToken), target, cancellationToken);
    }

    private async Task RunInPartsAsync(PartBuffer first, Stream content, CancellationToken cancellationToken)
    {
        var begun = await S3Faults.CallAsync(
            client.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = target.Bucket, Key = target.Key }, cancellationToken), target, cancellationToken);
        Task<PartETag>? sending = null;
        try
        {
            var (part, next) = (first, new PartBuffer());
            var sent = new List<PartETag>();
            for (var number = 1; part.Length > 0; number++)
            {
                sending = SendAsync(begun.UploadId, number, part, cancellationToken);
                await next.FillAsync(content, number < SmallParts ? PartSize : LargePartSize, cancellationToken);
                sent.Add(await sending);
                (part, next) = (next, part);
            }

            // All bytes are there: the caller's patience does not decide any more whether the file appears.
            var complete = new CompleteMultipartUploadRequest { BucketName = target.Bucket, Key = target.Key, UploadId = begun.UploadId, PartETags = sent };
            await S3Faults.CallAsync(client.CompleteMultipartUploadAsync(complete, CancellationToken.None), target, CancellationToken.None);
        }
        catch
        {
            await AbortAsync(begun.UploadId, sending);
            throw;
        }
    }

    private async Task<PartETag> SendAsync(string uploadId, int number, PartBuffer part, CancellationToken cancellationToken)
    {
        using var body = part.ToStream();
        var request = new UploadPartRequest
        {
            BucketName = target.Bucket,
            Key = target.Key,
            UploadId = uploadId,
            PartNumber = number,
            PartSize = part.Length,
            InputStream = body,
            UseChunkEncoding = false,
        };
        var answer = await S3Faults.CallAsync(client.UploadPartAsync(request, cancellationToken), target, cancellationToken);
        return new PartETag(number, answer.ETag);
    }

    private async Task AbortAsync(string uploadId, Task<PartETag>? sending)
    {
        if (sending is not null)
        {
            // A part that arrives after the abort would stay. Its own failure is not the one to report.
            await sending.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        try
        {
            using var limit = new CancellationTokenSource(AbortLimit);
            await S3Faults.CallAsync(
                client.AbortMultipartUploadAsync(new AbortMultipartUploadRequest { BucketName = target.Bucket, Key = target.Key, UploadId = uploadId }, limit.Token), target, CancellationToken.None);
        }
        catch (MLOpsException exception)
        {
            LogNotAborted(logger, exception, uploadId, target.ToString());
        }
    }

    [LoggerMessage(LogLevel.Warning, "The multipart upload {UploadId} of {Artifact} broke off and could not be aborted: its parts stay in the bucket until somebody aborts it")]
    private static partial void LogNotAborted(ILogger logger, Exception exception, string uploadId, string artifact);
}
