namespace MLOps.Gateway.Hosting;

/// <summary>How the gateway is reached.</summary>
public sealed class GatewayOptions
{
    public const string SectionName = "MLOps:Gateway";

    /// <summary>Prefix of every path, for example <c>/mlops</c>; the probes answer without it too. Default: none.</summary>
    public string? StaticPrefix { get; set; }

    /// <summary>Names by which clients reach this server, separated by commas, with or without a port, <c>*</c> for any part of a name; requests with another Host header are refused.
    /// Falls back to MLFLOW_SERVER_ALLOWED_HOSTS. Default: none; localhost and addresses of private networks are always taken.</summary>
    public string? AllowedHosts { get; set; }

    /// <summary>Address of an MLflow server beside this one, for example <c>http://mlflow:5000</c>, that answers the routes of MLflow's API that this server does not have. Default: none; they answer 501 or 404.</summary>
    public string? PassThroughUrl { get; set; }
}
