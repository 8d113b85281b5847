using Microsoft.Extensions.Configuration;
using MLOps.Tracking.Hosting;

namespace MLOps.Tracking.Artifacts.S3;

/// <summary>How S3 is reached. Each value falls back to the variable that MLflow and the AWS tools read.</summary>
internal sealed class S3Options
{
    public const string SectionName = "MLOps:S3";

    /// <summary>Address of another S3 than Amazon's, for example <c>http://localhost:9000</c> for MinIO. Falls back to MLFLOW_S3_ENDPOINT_URL, then AWS_ENDPOINT_URL_S3. Default: Amazon's.</summary>
    public string? EndpointUrl { get; set; }

    /// <summary>Falls back to AWS_DEFAULT_REGION, then AWS_REGION. Default: <c>us-east-1</c>.</summary>
    public string? Region { get; set; }

    /// <summary>Falls back to AWS_ACCESS_KEY_ID. Default: what the AWS SDK finds (profile, container, instance).</summary>
    public string? AccessKeyId { get; set; }

    /// <summary>Falls back to AWS_SECRET_ACCESS_KEY.</summary>
    public string? SecretAccessKey { get; set; }

    /// <summary>Falls back to AWS_SESSION_TOKEN.</summary>
    public string? SessionToken { get; set; }

    /// <summary>Takes any certificate. Falls back to MLFLOW_S3_IGNORE_TLS. Default: false.</summary>
    public bool? IgnoreTls { get; set; }

    /// <summary>How a bucket is named in a URL: <c>path</c> or <c>virtual</c> (as a host name). Falls back to MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE. Default: <c>path</c>, which every server takes.</summary>
    public string? AddressingStyle { get; set; }

    /// <summary>Makes the artifacts' bucket at the start when it is missing. Default: false.</summary>
    public bool CreateBucket { get; set; }

    public void ApplyVariables(IConfiguration configuration)
    {
        string? Variable(params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                if (!string.IsNullOrWhiteSpace(configuration[name]))
                {
                    return configuration[name];
                }
            }

            return null;
        }

        EndpointUrl ??= Variable("MLFLOW_S3_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3");
        Region ??= Variable("AWS_DEFAULT_REGION", "AWS_REGION");
        AccessKeyId ??= Variable("AWS_ACCESS_KEY_ID");
        SecretAccessKey ??= Variable("AWS_SECRET_ACCESS_KEY");
        SessionToken ??= Variable("AWS_SESSION_TOKEN");
        AddressingStyle ??= Variable("MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE");
        IgnoreTls ??= MlflowFlag.Read(configuration, "MLFLOW_S3_IGNORE_TLS");
    }
}
