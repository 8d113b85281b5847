namespace MLOps.Tracking;

/// <summary>How webhooks are checked and delivered. MLflow's own variables are taken where it has one.</summary>
public sealed class WebhookOptions
{
    public const string SectionName = "MLOps:Webhooks";

    /// <summary>Schemes of webhook URLs, separated by commas. Falls back to MLFLOW_WEBHOOK_ALLOWED_SCHEMES. Default: <c>https</c>.</summary>
    public string? AllowedSchemes { get; set; }

    /// <summary>Whether deliveries may go to loopback, private and other addresses that are not public: for tests and closed networks.
    /// Falls back to MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS. Default: false.</summary>
    public bool? AllowPrivateAddresses { get; set; }

    /// <summary>The Fernet key (32 bytes, URL-safe base64) that encrypts signing secrets. Falls back to MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY.
    /// Default: a key made once and kept in <c>webhook-secrets.key</c> in the data directory.</summary>
    public string? SecretEncryptionKey { get; set; }

    /// <summary>How long one attempt may take. Falls back to MLFLOW_WEBHOOK_REQUEST_TIMEOUT (seconds). Default: 30 s.</summary>
    public TimeSpan? RequestTimeout { get; set; }

    /// <summary>Attempts after the first. Falls back to MLFLOW_WEBHOOK_REQUEST_MAX_RETRIES. Default: 3.</summary>
    public int? MaxRetries { get; set; }

    /// <summary>Deliveries at once. Falls back to MLFLOW_WEBHOOK_DELIVERY_MAX_WORKERS. Default: 10.</summary>
    public int? MaxConcurrency { get; set; }

    /// <summary>Wait before the first retry; it doubles with each, up to a minute, and up to one such step is added at random. Default: 1 s.</summary>
    public TimeSpan BackoffStep { get; set; } = TimeSpan.FromSeconds(1);
}
