using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Artifacts.S3;

/// <summary>What S3 refuses, in the platform's vocabulary.</summary>
internal static class S3Faults
{
    /// <summary>Makes a call whose failure is told as one about an artifact.</summary>
    public static async Task<T> CallAsync<T>(Task<T> call, S3Address about, CancellationToken cancellationToken)
    {
        try
        {
            return await call;
        }
        catch (AmazonS3Exception exception)
        {
            throw Translate(exception, about);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MLOpsException(ProblemCode.Unavailable, $"The S3 server did not answer in time about '{about.Key}': try again", exception);
        }
        catch (Exception exception) when (exception is AmazonClientException or HttpRequestException)
        {
            throw new MLOpsException(ProblemCode.Unavailable, $"The S3 server cannot be reached: {exception.Message}", exception);
        }
    }

    private static MLOpsException Translate(AmazonS3Exception exception, S3Address about) => exception.StatusCode switch
    {
        HttpStatusCode.NotFound when exception.ErrorCode == "NoSuchBucket" => new(ProblemCode.NotFound, $"There is no bucket '{about.Bucket}' in the S3 server", exception),
        HttpStatusCode.NotFound when exception.ErrorCode == "NoSuchUpload" => new(ProblemCode.NotFound, $"No such multipart upload of '{about.Key}': it was completed or aborted, or never begun", exception),
        HttpStatusCode.NotFound => new(ProblemCode.NotFound, $"No such artifact: '{about.Key}'", exception),
        HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => new(ProblemCode.PermissionDenied, $"The S3 server refuses '{about}' ({exception.ErrorCode}): its operator has to check the server's AWS credentials", exception),
        HttpStatusCode.BadRequest => new(ProblemCode.InvalidArgument, $"The S3 server refuses '{about.Key}': {exception.Message}", exception),
        _ => new(ProblemCode.Unavailable, $"The S3 server failed on '{about.Key}' ({exception.ErrorCode}): try again", exception),
    };
}
