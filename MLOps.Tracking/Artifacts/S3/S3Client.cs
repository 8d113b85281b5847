using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MLOps.Tracking.Artifacts.S3;

/// <summary>The connection to S3, made when something needs it.</summary>
internal sealed class S3Client(IOptions<S3Options> options, TimeProvider clock, ILogger<S3Client> logger) : IDisposable
{
    private const string DefaultRegion = "us-east-1";

    /// <summary>For one request: a part of 64 MiB over a slow line.</summary>
    private static readonly TimeSpan RequestLimit = TimeSpan.FromMinutes(10);

    private readonly Lazy<AmazonS3Client> _client = new(() => Create(options.Value));

    public string Endpoint => options.Value.EndpointUrl ?? string.Empty;

    public IAmazonS3 Connection => _client.Value;

    public S3ArtifactStore Store(S3Address root) => new(_client.Value, root, clock, logger);

    public void Dispose()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }
    }

    private static AmazonS3Client Create(S3Options options)
    {
        var region = options.Region ?? DefaultRegion;
        var config = new AmazonS3Config
        {
            ForcePathStyle = options.AddressingStyle != "virtual",
            Timeout = RequestLimit,
            RetryMode = RequestRetryMode.Standard,

            // The SDK's own checksums are unknown to many other servers; the payload's SHA-256 is in the signature all the same.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.EndpointUrl is { } url)
        {
            config.ServiceURL = url;
            config.AuthenticationRegion = region;
            config.UseHttp = url.StartsWith("http:", StringComparison.OrdinalIgnoreCase);
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        if (options.IgnoreTls == true)
        {
            config.HttpClientFactory = new AnyCertificate();
        }

        return options switch
        {
            { AccessKeyId: { } key, SecretAccessKey: { } secret, SessionToken: { } token } => new AmazonS3Client(key, secret, token, config),
            { AccessKeyId: { } key, SecretAccessKey: { } secret } => new AmazonS3Client(key, secret, config),
            _ => new AmazonS3Client(config),
        };
    }
}
