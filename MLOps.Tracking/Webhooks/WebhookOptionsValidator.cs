using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace MLOps.Tracking.Webhooks;

/// <summary>Fills <see cref="WebhookOptions"/> from MLflow's variables, then gathers every fault, each naming its key.</summary>
internal sealed class WebhookOptionsValidator(IConfiguration configuration) : IPostConfigureOptions<WebhookOptions>, IValidateOptions<WebhookOptions>
{
    public void PostConfigure(string? name, WebhookOptions options)
    {
        options.AllowedSchemes ??= Text("MLFLOW_WEBHOOK_ALLOWED_SCHEMES") ?? "https";
        options.AllowPrivateAddresses ??= Text("MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS") is { } allow && (allow == "1" || allow.Equals("true", StringComparison.OrdinalIgnoreCase));
        options.SecretEncryptionKey ??= Text("MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY");
        options.RequestTimeout ??= TimeSpan.FromSeconds(Number("MLFLOW_WEBHOOK_REQUEST_TIMEOUT", 30));
        options.MaxRetries ??= Number("MLFLOW_WEBHOOK_REQUEST_MAX_RETRIES", 3);
        options.MaxConcurrency ??= Number("MLFLOW_WEBHOOK_DELIVERY_MAX_WORKERS", 10);
    }

    public ValidateOptionsResult Validate(string? name, WebhookOptions options)
    {
        var faults = new List<string>();
        if (WebhookRules.Schemes(options) is var schemes && (schemes.Count == 0 || schemes.Any(scheme => scheme is not ("http" or "https"))))
        {
            faults.Add($"MLOps:Webhooks:AllowedSchemes (or MLFLOW_WEBHOOK_ALLOWED_SCHEMES) is '{options.AllowedSchemes}': expected https, http or both, separated by a comma");
        }

        if (options.SecretEncryptionKey is { } key && Fernet.TryParseKey(key) is null)
        {
            faults.Add("MLOps:Webhooks:SecretEncryptionKey (or MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY) is no Fernet key: expected 32 bytes in URL-safe base64, or unset it to use a key kept in the data directory");
        }

        if (options.RequestTimeout is not { } timeout || timeout <= TimeSpan.Zero || timeout > TimeSpan.FromMinutes(10))
        {
            faults.Add($"MLOps:Webhooks:RequestTimeout (or MLFLOW_WEBHOOK_REQUEST_TIMEOUT, seconds) is {options.RequestTimeout}: expected more than 0 and at most 10 minutes");
        }

        if (options.MaxRetries is not (>= 0 and <= 100))
        {
            faults.Add($"MLOps:Webhooks:MaxRetries (or MLFLOW_WEBHOOK_REQUEST_MAX_RETRIES) is {options.MaxRetries}: expected 0 to 100");
        }

        if (options.MaxConcurrency is not (>= 1 and <= 1000))
        {
            faults.Add($"MLOps:Webhooks:MaxConcurrency (or MLFLOW_WEBHOOK_DELIVERY_MAX_WORKERS) is {options.MaxConcurrency}: expected 1 to 1000");
        }

        if (options.BackoffStep <= TimeSpan.Zero || options.BackoffStep > TimeSpan.FromMinutes(1))
        {
            faults.Add($"MLOps:Webhooks:BackoffStep is {options.BackoffStep}: expected more than 0 and at most a minute");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private string? Text(string variable) => configuration[variable] is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    /// <returns>-1, which no setting takes, for what is no number: the validator then names the variable.</returns>
    private int Number(string variable, int whenAbsent) => Text(variable) is { } text
        ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1
        : whenAbsent;
}
