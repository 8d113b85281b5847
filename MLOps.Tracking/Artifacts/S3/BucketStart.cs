using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MLOps.Tracking.Artifacts.S3;

/// <summary>Makes the bucket of the artifacts when it is missing and the operator has asked for it.</summary>
internal sealed partial class BucketStart(IOptions<S3Options> s3, IOptions<TrackingOptions> tracking, S3Client client, ILogger<BucketStart> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!s3.Value.CreateBucket)
        {
            return;
        }

        foreach (var bucket in new[] { tracking.Value.Destination, tracking.Value.ArtifactLocation }.Where(S3Address.Is).Select(location => S3Address.Parse(location).Bucket).Distinct())
        {
            await CreateAsync(bucket, cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task CreateAsync(string bucket, CancellationToken cancellationToken)
    {
        try
        {
            if (await ExistsAsync(bucket, cancellationToken))
            {
                return;
            }

            await client.Connection.PutBucketAsync(new PutBucketRequest { BucketName = bucket }, cancellationToken);
            LogMade(logger, bucket);
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode is "BucketAlreadyOwnedByYou" or "OperationAborted" && exception.StatusCode == HttpStatusCode.Conflict)
        {
            // Another process of the cluster makes it at the same time.
        }
        catch (Exception exception) when (exception is AmazonS3Exception or HttpRequestException)
        {
            throw new StoreOpenException($"the bucket {bucket} cannot be made on {client.Endpoint} ({exception.Message.TrimEnd('.')}): make it by hand and set MLOps__S3__CreateBucket=false, or correct the address and the credentials", exception);
        }
    }

    private async Task<bool> ExistsAsync(string bucket, CancellationToken cancellationToken)
    {
        try
        {
            await client.Connection.HeadBucketAsync(new HeadBucketRequest { BucketName = bucket }, cancellationToken);
            return true;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Information, "Made the bucket {Bucket}")]
    private static partial void LogMade(ILogger logger, string bucket);
}
