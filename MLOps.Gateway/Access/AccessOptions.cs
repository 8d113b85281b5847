namespace MLOps.Gateway.Access;

/// <summary>Who may use what reaches beyond this platform: the MLflow server that requests pass through to, and Orleans' dashboard.
/// Without credentials both are open to callers on this machine and closed to all others.</summary>
public sealed class AccessOptions
{
    public const string SectionName = "MLOps:Gateway:Access";

    /// <summary>User that a caller has to name, by HTTP basic authentication (what MLFLOW_TRACKING_USERNAME makes MLflow's clients send). Default: none.</summary>
    public string? Username { get; set; }

    /// <summary>Password of that user. Default: none.</summary>
    public string? Password { get; set; }

    /// <summary>Bearer token that a caller may send instead (what MLFLOW_TRACKING_TOKEN makes MLflow's clients send). Default: none.</summary>
    public string? Token { get; set; }

    /// <summary>Lets everybody in: something in front of this gateway has asked already. Default: false.</summary>
    public bool Anonymous { get; set; }
}
