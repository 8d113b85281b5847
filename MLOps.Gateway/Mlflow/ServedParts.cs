using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using MLOps.Tracking;

namespace MLOps.Gateway.Mlflow;

/// <summary>Which parts of the protocol this server offers, by <c>--no-serve-artifacts</c> and <c>--artifacts-only</c>; the rest answers 503 with MLflow's text.</summary>
internal sealed partial class ServedParts(TrackingOptions options)
{
    private static readonly string[] Always = ["/version", "/3.0/mlflow/server-info", ServerRoutes.Telemetry];

    /// <param name="path">Without the prefix <c>/api</c> or <c>/ajax-api</c>.</param>
    /// <param name="pattern">The whole route.</param>
    /// <returns>Null: the route is served.</returns>
    public string? Refusal(string path, string pattern)
    {
        if (path.StartsWith(ArtifactProxyRoutes.Prefix, StringComparison.Ordinal))
        {
            return options.ServesArtifacts
                ? null
                : $"Endpoint: {Rule(pattern)} disabled due to the mlflow server running with `--no-serve-artifacts`. To enable artifacts server functionality, run `mlflow server` with `--serve-artifacts`";
        }

        return options.ArtifactsOnly == true && !Always.Contains(path)
            ? $"Endpoint: {Rule(pattern)} disabled due to the mlflow server running in `--artifacts-only` mode. To enable tracking server functionality, run `mlflow server` without `--artifacts-only`"
            : null;
    }

    public static Task RefuseAsync(HttpContext http, string refusal)
    {
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        http.Response.ContentType = "text/html; charset=utf-8";
        return http.Response.WriteAsync(refusal, http.RequestAborted);
    }

    /// <summary>The route as MLflow writes it: <c>{name}</c> is <c>&lt;name&gt;</c>, <c>{**name}</c> is <c>&lt;path:name&gt;</c>.</summary>
    private static string Rule(string pattern) => Parameter().Replace(pattern, match => match.Groups["rest"].Success ? $"<path:{match.Groups["name"]}>" : $"<{match.Groups["name"]}>");

    [GeneratedRegex(@"\{(?<rest>\*\*)?(?<name>\w+)\}")]
    private static partial Regex Parameter();
}
