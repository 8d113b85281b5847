namespace MLOps.Gateway.Hosting;

/// <summary>How the gateway is reached.</summary>
public sealed class GatewayOptions
{
    public const string SectionName = "MLOps:Gateway";

    internal const int MaxConnectionThreads = 1024;

    /// <summary>Prefix of every path, for example <c>/mlops</c>; the probes and <c>/v1/traces</c> answer without it too. Default: none.</summary>
    public string? StaticPrefix { get; set; }

    /// <summary>Names by which clients reach this server, separated by commas, with or without a port, <c>*</c> for any part of a name; requests with another Host header are refused.
    /// Falls back to MLFLOW_SERVER_ALLOWED_HOSTS. Default: none; localhost and addresses of private networks are always taken.</summary>
    public string? AllowedHosts { get; set; }

    /// <summary>Origins of web pages that may read from and write to this server, separated by commas, for example <c>https://desk.example</c>; <c>*</c> for any, whose callers are then without cookies. Writes from other origins than these and
    /// those of this machine and of private networks are refused. Falls back to MLFLOW_SERVER_CORS_ALLOWED_ORIGINS. Default: none.</summary>
    public string? AllowedOrigins { get; set; }

    /// <summary>The origins, one by one.</summary>
    internal string[] Origins => Listed(AllowedOrigins);

    /// <summary>The names, one by one.</summary>
    internal string[] Hosts => Listed(AllowedHosts);

    /// <summary>Address of an MLflow server beside this one, for example <c>http://mlflow:5000</c>, that answers the routes of MLflow's API that this server does not have. Default: none; they answer 501 or 404.</summary>
    public string? PassThroughUrl { get; set; }

    /// <summary>Threads that receive requests, run them and send their answers, on Linux; more join them when all of them have been busy for milliseconds. 0: the web server's own way, by the runtime's pool. Default: one more than processors.</summary>
    public int? ConnectionThreads { get; set; }

    private static string[] Listed(string? text) => text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
