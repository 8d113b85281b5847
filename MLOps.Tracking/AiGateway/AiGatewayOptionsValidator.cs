using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace MLOps.Tracking.AiGateway;

/// <summary>Fills <see cref="AiGatewayOptions"/> from MLflow's variables, then gathers every fault, each naming its key.</summary>
internal sealed class AiGatewayOptionsValidator(IConfiguration configuration) : IPostConfigureOptions<AiGatewayOptions>, IValidateOptions<AiGatewayOptions>
{
    public void PostConfigure(string? name, AiGatewayOptions options)
    {
        // A passphrase is taken as it is: MLflow does not trim it, and the key must be MLflow's.
        options.SecretPassphrase ??= configuration["MLFLOW_CRYPTO_KEK_PASSPHRASE"] is { Length: > 0 } passphrase ? passphrase : null;
        options.SecretKeyVersion ??= Text("MLFLOW_CRYPTO_KEK_VERSION") is { } version
            ? int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0
            : 1;
        options.DeploymentsTarget ??= Text("MLFLOW_DEPLOYMENTS_TARGET");
        options.AllowedProviders ??= Text("MLFLOW_GATEWAY_ALLOWED_PROVIDERS");
    }

    public ValidateOptionsResult Validate(string? name, AiGatewayOptions options)
    {
        var faults = new List<string>();
        if (options.SecretKeyVersion is not >= 1)
        {
            faults.Add("MLOps:AiGateway:SecretKeyVersion (or MLFLOW_CRYPTO_KEK_VERSION) is no key number: expected 1 or more");
        }

        // The address itself is not shown: it may hold a password.
        if (options.DeploymentsTarget is { } target && !IsServer(target))
        {
            faults.Add("MLOps:AiGateway:DeploymentsTarget (or MLFLOW_DEPLOYMENTS_TARGET) is no server's address: expected http(s)://host, a port and a path if need be, no user, query or fragment");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static bool IsServer(string target) => Uri.TryCreate(target, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && uri.Host.Length > 0
        && uri.UserInfo.Length + uri.Query.Length + uri.Fragment.Length == 0;

    private string? Text(string variable) => configuration[variable] is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;
}
