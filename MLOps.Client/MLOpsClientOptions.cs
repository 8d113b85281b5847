using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using MLOps.Client.Http;
using MLOps.Client.SystemMetrics;

namespace MLOps.Client;

/// <summary>What a client takes from its surroundings. The names of the variables are MLflow's.</summary>
public sealed record MLOpsClientOptions
{
    /// <summary>MLFLOW_TRACKING_URI: the server's address, <c>http://localhost:5000</c> when not set.</summary>
    public Uri TrackingUri { get; init; } = new("http://localhost:5000");

    /// <summary>MLFLOW_EXPERIMENT_NAME: where runs go that name no experiment.</summary>
    public string? ExperimentName { get; init; }

    /// <summary>MLFLOW_EXPERIMENT_ID: the same by id. The name wins where both are set.</summary>
    public string? ExperimentId { get; init; }

    /// <summary>MLFLOW_RUN_ID: the first run that is started continues this one.</summary>
    public string? RunId { get; init; }

    /// <summary>MLFLOW_TRACKING_TOKEN: sent as a bearer token.</summary>
    public string? Token { get; init; }

    /// <summary>MLFLOW_TRACKING_USERNAME: with <see cref="Password"/>, sent as basic authentication, which goes before the token.</summary>
    public string? UserName { get; init; }

    /// <summary>MLFLOW_TRACKING_PASSWORD.</summary>
    public string? Password { get; init; }

    /// <summary>MLFLOW_HTTP_REQUEST_TIMEOUT in seconds: the limit of one request. Default 120 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>MLFLOW_HTTP_REQUEST_MAX_RETRIES and MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR (seconds before the first retry).</summary>
    public RetryOptions Retry { get; init; } = new();

    /// <summary>MLFLOW_LOG_SYSTEM_METRICS or MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING: every run logs how busy its machine is.</summary>
    public bool LogSystemMetrics { get; init; }

    /// <summary>MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL (s), MLFLOW_SYSTEM_METRICS_SAMPLES_BEFORE_LOGGING, MLFLOW_SYSTEM_METRICS_NODE_ID.</summary>
    public SystemMetricsOptions SystemMetrics { get; init; } = new();

    /// <summary>Reads the environment.</summary>
    /// <param name="variable">Another source of variables. Default: the process's environment.</param>
    /// <exception cref="FormatException">A variable holds what it cannot mean; the message names it.</exception>
    public static MLOpsClientOptions FromEnvironment(Func<string, string?>? variable = null)
    {
        var source = variable ?? Environment.GetEnvironmentVariable;
        string? Text(string name) => source(name) is { Length: > 0 } value ? value : null;
        var defaults = new MLOpsClientOptions();
        var address = Text("MLFLOW_TRACKING_URI") is { } uri ? Address(uri) : defaults.TrackingUri;
        var (user, password) = UserInfo(address);
        return new MLOpsClientOptions
        {
            TrackingUri = address,
            ExperimentName = Text("MLFLOW_EXPERIMENT_NAME"),
            ExperimentId = Text("MLFLOW_EXPERIMENT_ID"),
            RunId = Text("MLFLOW_RUN_ID"),
            Token = Text("MLFLOW_TRACKING_TOKEN"),
            UserName = Text("MLFLOW_TRACKING_USERNAME") ?? user,
            Password = Text("MLFLOW_TRACKING_PASSWORD") ?? password,
            RequestTimeout = Seconds("MLFLOW_HTTP_REQUEST_TIMEOUT", Text, defaults.RequestTimeout),
            Retry = defaults.Retry with
            {
                Retries = (int)Number("MLFLOW_HTTP_REQUEST_MAX_RETRIES", Text, defaults.Retry.Retries, 0),
                FirstDelay = Seconds("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", Text, defaults.Retry.FirstDelay),
            },
            LogSystemMetrics = Flag("MLFLOW_LOG_SYSTEM_METRICS", Text) || Flag("MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING", Text),
            SystemMetrics = new SystemMetricsOptions
            {
                SamplingInterval = Seconds("MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL", Text, defaults.SystemMetrics.SamplingInterval),
                SamplesBeforeLogging = (int)Number("MLFLOW_SYSTEM_METRICS_SAMPLES_BEFORE_LOGGING", Text, defaults.SystemMetrics.SamplesBeforeLogging, 1),
                NodeId = Text("MLFLOW_SYSTEM_METRICS_NODE_ID"),
            },
        };
    }

    /// <summary>MLflow's way of reading a switch: <c>true</c> or <c>1</c>, <c>false</c> or <c>0</c>, in any case.</summary>
    /// <exception cref="FormatException">Something else.</exception>
    public static bool ReadSwitch(string name, Func<string, string?>? variable = null) => Flag(name, variable ?? Environment.GetEnvironmentVariable);

    internal AuthenticationHeaderValue? Credentials() =>
        UserName is not null && Password is not null
            ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{UserName}:{Password}")))
            : Token is not null ? new AuthenticationHeaderValue("Bearer", Token) : null;

    private static Uri Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            ? uri
            : throw new FormatException($"MLFLOW_TRACKING_URI is '{text}': expected a server's address, for example http://localhost:5000. This client does not open databases or folders.");

    private static (string? User, string? Password) UserInfo(Uri address)
    {
        var parts = address.UserInfo.Split(':', 2);
        return parts.Length == 2 ? (Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts[1])) : (null, null);
    }

    private static bool Flag(string name, Func<string, string?> text) => text(name)?.Trim().ToUpperInvariant() switch
    {
        null or "" or "FALSE" or "0" => false,
        "TRUE" or "1" => true,
        _ => throw new FormatException($"{name} is '{text(name)}': expected true or false."),
    };

    private static TimeSpan Seconds(string name, Func<string, string?> text, TimeSpan fallback) =>
        TimeSpan.FromSeconds(Number(name, text, fallback.TotalSeconds, double.Epsilon));

    private static double Number(string name, Func<string, string?> text, double fallback, double least) =>
        text(name) is not { } value ? fallback
        : double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= int.MaxValue ? number
        : throw new FormatException($"{name} is '{value}': expected a number{(least >= 1 ? " of at least 1" : least > 0 ? " above 0" : " of at least 0")}.");
}
