namespace MLOps.Tracking;

/// <summary>The configuration of MLflow's AI gateway. MLflow's own variables are taken where it has one.</summary>
public sealed class AiGatewayOptions
{
    public const string SectionName = "MLOps:AiGateway";

    /// <summary>The passphrase behind the key that encrypts secrets, the same for every server on a database. Falls back to MLFLOW_CRYPTO_KEK_PASSPHRASE.
    /// Default: one made once and kept in <c>ai-gateway-secrets.passphrase</c> in the data directory.</summary>
    public string? SecretPassphrase { get; set; }

    /// <summary>The number of the key that new secrets are encrypted with; it goes up when the passphrase is changed. Falls back to MLFLOW_CRYPTO_KEK_VERSION. Default: 1.</summary>
    public int? SecretKeyVersion { get; set; }

    /// <summary>The only server that <c>gateway-proxy</c> calls, for example <c>http://llm-gateway:5000</c>. Falls back to MLFLOW_DEPLOYMENTS_TARGET.
    /// Default: none; <c>gateway-proxy</c> then answers that there are no endpoints.</summary>
    public string? DeploymentsTarget { get; set; }

    /// <summary>The providers that may be listed, separated by commas. Falls back to MLFLOW_GATEWAY_ALLOWED_PROVIDERS. Default: all.</summary>
    public string? AllowedProviders { get; set; }
}
