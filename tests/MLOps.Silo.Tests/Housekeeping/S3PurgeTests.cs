using MLOps.Testing;

[assembly: AssemblyFixture(typeof(SwiftServer))]

namespace MLOps.Silo.Tests.Housekeeping;

/// <summary>The same with the artifacts in a real S3 server.</summary>
public sealed class S3PurgeTests(SwiftServer server) : PurgeTests
{
    protected override IEnumerable<(string Key, string? Value)> Settings()
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
