using Microsoft.Extensions.Options;

namespace MLOps.Tracking.Artifacts.S3;

/// <summary>Gathers every fault of <see cref="S3Options"/>, each naming its key.</summary>
internal sealed class S3OptionsValidator : IValidateOptions<S3Options>
{
    public ValidateOptionsResult Validate(string? name, S3Options options)
    {
        var faults = new List<string>();
        if (options.EndpointUrl is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
        {
            faults.Add($"MLOps:S3:EndpointUrl (or MLFLOW_S3_ENDPOINT_URL) is '{url}': expected an address such as http://localhost:9000");
        }

        if (options.AccessKeyId is null != options.SecretAccessKey is null)
        {
            faults.Add("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (MLOps:S3:AccessKeyId, MLOps:S3:SecretAccessKey): only one of the two is set, expected both or none");
        }

        if (options.AddressingStyle is { } style and not ("path" or "virtual" or "auto"))
        {
            faults.Add($"MLOps:S3:AddressingStyle (or MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE) is '{style}': expected path, virtual or auto");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
