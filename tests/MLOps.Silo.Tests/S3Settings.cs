using MLOps.Testing;

namespace MLOps.Silo.Tests;

/// <summary>A silo's settings that put its artifacts into a new bucket of a real S3 server.</summary>
internal static class S3Settings
{
    public static IEnumerable<(string Key, string? Value)> Of(SwiftServer server)
    {
        Assert.SkipWhen(SwiftServer.Missing is not null, SwiftServer.Missing ?? string.Empty);
        return
        [
            ("MLFLOW_ARTIFACTS_DESTINATION", $"s3://{server.CreateBucket()}/team"),
            ("MLFLOW_S3_ENDPOINT_URL", server.Endpoint),
            ("AWS_ACCESS_KEY_ID", SwiftServer.AccessKeyId),
            ("AWS_SECRET_ACCESS_KEY", SwiftServer.SecretAccessKey),
            ("AWS_DEFAULT_REGION", "us-east-1"),
        ];
    }
}
