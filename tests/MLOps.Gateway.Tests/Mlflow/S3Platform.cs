using MLOps.Gateway.Tests.Endpoints;
using MLOps.Testing;

[assembly: AssemblyFixture(typeof(SwiftServer))]

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>The platform with its artifacts in a real S3 server, set up by MLflow's and AWS's own variables.</summary>
public sealed class S3Platform(SwiftServer server) : IAsyncLifetime
{
    private ServingPlatform? _platform;

    /// <summary>A bucket beside the one of the artifacts destination.</summary>
    public string OtherBucket { get; private set; } = string.Empty;

    public ServingPlatform Platform
    {
        get
        {
            Assert.SkipWhen(SwiftServer.Missing is not null, SwiftServer.Missing ?? string.Empty);
            return _platform!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (SwiftServer.Missing is not null)
        {
            return;
        }

        var bucket = server.CreateBucket();
        OtherBucket = server.CreateBucket();
        _platform = new ServingPlatform
        {
            Settings =
            {
                ["MLFLOW_ARTIFACTS_DESTINATION"] = $"s3://{bucket}/team",
                ["MLFLOW_S3_ENDPOINT_URL"] = server.Endpoint,
                ["AWS_ACCESS_KEY_ID"] = SwiftServer.AccessKeyId,
                ["AWS_SECRET_ACCESS_KEY"] = SwiftServer.SecretAccessKey,
                ["AWS_DEFAULT_REGION"] = "us-east-1",
            },
        };
        await _platform.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_platform is not null)
        {
            await _platform.DisposeAsync();
        }
    }
}
