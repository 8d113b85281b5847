using System.IO.Enumeration;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Mlflow;
using MLOps.Gateway.OpenInference;
using MLOps.Gateway.Problems;

namespace MLOps.Gateway.Hosting;

/// <summary>Refuses what no honest client of a local server sends: a foreign Host (DNS rebinding), a foreign Origin on a change (CSRF),
/// and a path that climbs. Covers every front end, not MLflow's routes alone.</summary>
/// <param name="allowedHosts">Patterns of Host headers that are taken beside those of this machine and of private networks.</param>
/// <param name="allowedOrigins">Origins whose pages may change something beside those of this machine and of private networks; <c>*</c>: all.</param>
internal sealed class RequestGuard(IReadOnlyList<string> allowedHosts, IReadOnlyList<string> allowedOrigins)
{
    /// <summary>Of an endpoint that renders all its errors by itself and clears no header.</summary>
    public sealed class KeepsHeaders;

    /// <summary>What orchestrators ask, by whatever name they reach this process.</summary>
    public static bool IsProbe(PathString path) => path.StartsWithSegments("/health") || path == "/alive";

    public Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var request = http.Request;
        if (http.GetEndpoint()?.Metadata.GetMetadata<KeepsHeaders>() is null)
        {
            // At the very end, since error handlers clear what is set now.
            http.Response.OnStarting(
                static response =>
                {
                    SetHeaders((HttpResponse)response);
                    return Task.CompletedTask;
                },
                http.Response);
        }
        else
        {
            SetHeaders(http.Response);
        }

        if (!IsLocal(request.Host.Host) && !IsAllowed(request.Host) && !IsProbe(request.Path) && request.Path != "/version")
        {
            return RefuseAsync(http, "Invalid Host header - possible DNS rebinding attack detected");
        }

        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !HttpMethods.IsOptions(request.Method)
            && request.Headers.Origin is [{ Length: > 0 } origin, ..]
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri) && (IsLocal(uri.Host) || uri.Authority == request.Host.Value))
            && !IsAllowed(origin))
        {
            return RefuseAsync(http, "Cross-origin request blocked");
        }

        var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        if (Climbs(target))
        {
            // By what was sent: the resolved path may lie under another protocol.
            return target.StartsWith("/v2/", StringComparison.Ordinal)
                ? OpenInferenceErrors.Error(StatusCodes.Status400BadRequest, "Invalid path").ExecuteAsync(http)
                : target.StartsWith("/api/v1/", StringComparison.Ordinal) || target.StartsWith("/mlops/", StringComparison.Ordinal)
                    ? ProblemHandler.WriteAsync(http, StatusCodes.Status400BadRequest, ProblemCode.InvalidArgument, "The path climbs: it holds '..'.")
                    : MlflowErrors.WriteAsync(http.Response, ProblemCode.InvalidArgument, "Invalid path");
        }

        return next(http);
    }

    private static void SetHeaders(HttpResponse response)
    {
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.XFrameOptions = "SAMEORIGIN";
    }

    /// <summary>The server would resolve the dots before routing, and a client that sends them means another file than it names.</summary>
    private static bool Climbs(string target)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? target : target[..query];
        return path.Contains('.', StringComparison.Ordinal) | path.Contains('%', StringComparison.Ordinal)
            && Uri.UnescapeDataString(path).Split('/', '\\').Contains("..");
    }

    private bool IsAllowed(HostString host) => allowedHosts.Any(pattern =>
        FileSystemName.MatchesSimpleExpression(pattern, host.Host) || FileSystemName.MatchesSimpleExpression(pattern, host.Value));

    private bool IsAllowed(string origin) => allowedOrigins.Any(allowed => allowed == "*" || allowed.TrimEnd('/').Equals(origin, StringComparison.OrdinalIgnoreCase));

    private static bool IsLocal(string host) =>
        host is "localhost" or "127.0.0.1" or "[::1]" or "::1" or "0.0.0.0" || (System.Net.IPAddress.TryParse(host.Trim('[', ']'), out var address) && IsPrivate(address));

    private static bool IsPrivate(System.Net.IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return IsPrivate(address.MapToIPv4());
        }

        // fc00::/7, RFC 4193; link-local addresses are refused in both families, as by MLflow.
        if (System.Net.IPAddress.IsLoopback(address) || address.IsIPv6UniqueLocal)
        {
            return true;
        }

        var bytes = address.GetAddressBytes();
        return bytes.Length == 4 && (bytes[0] == 10 || (bytes[0] == 172 && bytes[1] is >= 16 and <= 31) || (bytes[0] == 192 && bytes[1] == 168));
    }

    private static Task RefuseAsync(HttpContext http, string reason)
    {
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        http.Response.ContentType = "text/plain";
        return http.Response.WriteAsync(reason, http.RequestAborted);
    }
}
