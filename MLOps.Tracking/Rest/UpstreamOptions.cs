namespace MLOps.Tracking;

/// <summary>How an upstream MLflow server (<c>http(s)://</c> as tracking or registry URI) is called.</summary>
public sealed class UpstreamOptions
{
    public const string SectionName = "MLOps:Upstream";

    /// <summary>User of HTTP basic authentication. Falls back to MLFLOW_TRACKING_USERNAME, then to the user in the address. Default: none.</summary>
    public string? Username { get; set; }

    /// <summary>Password of <see cref="Username"/>. Falls back to MLFLOW_TRACKING_PASSWORD, then to the password in the address. Default: none.</summary>
    public string? Password { get; set; }

    /// <summary>Bearer token, used when there is no user. Falls back to MLFLOW_TRACKING_TOKEN. Default: none.</summary>
    public string? Token { get; set; }

    /// <summary>Takes any TLS certificate. Falls back to MLFLOW_TRACKING_INSECURE_TLS. Default: false.</summary>
    public bool? InsecureTls { get; set; }

    /// <summary>How long one try may take. Falls back to MLFLOW_HTTP_REQUEST_TIMEOUT (seconds). Default: 10 s.</summary>
    public TimeSpan? AttemptTimeout { get; set; }

    /// <summary>How long a call may take with all its tries. Writes go through a grain, whose callers wait 30 s. Default: 25 s.</summary>
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>How long the transfer of an artifact may stand still. Default: 60 s.</summary>
    public TimeSpan TransferTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Tries after the first. Falls back to MLFLOW_HTTP_REQUEST_MAX_RETRIES. Default: 4.</summary>
    public int? MaxRetries { get; set; }

    /// <summary>Wait before the second try; it doubles with each further one, and up to half of it is left to chance. Default: 200 ms.</summary>
    public TimeSpan BaseDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    internal TimeSpan Attempt => AttemptTimeout ?? TimeSpan.FromSeconds(10);

    internal int Retries => MaxRetries ?? 4;
}
