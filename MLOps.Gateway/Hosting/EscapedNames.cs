using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace MLOps.Gateway.Hosting;

/// <summary>Gives handlers the names that were sent. The server leaves <c>%2F</c> in a path as it is, so that a slash in a name does not split it,
/// and a handler would see the three characters.</summary>
internal static class EscapedNames
{
    public static Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint() is RouteEndpoint endpoint && http.Features.Get<IHttpRequestFeature>()!.RawTarget is var target && target.Contains("%2F", StringComparison.OrdinalIgnoreCase))
        {
            Restore(http, endpoint.RoutePattern, target);
        }

        return next(http);
    }

    private static void Restore(HttpContext http, RoutePattern pattern, string target)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var sent = (query < 0 ? target : target[..query]).Split('/');

        // Before the pattern's segments: the empty text before the first slash, and the base path's segments.
        var skipped = 1 + http.Request.PathBase.Value!.Count(c => c == '/');
        for (var i = 0; i < pattern.PathSegments.Count && i + skipped < sent.Length; i++)
        {
            if (pattern.PathSegments[i].Parts is [RoutePatternParameterPart { IsCatchAll: false } parameter])
            {
                http.Request.RouteValues[parameter.Name] = Uri.UnescapeDataString(sent[i + skipped]);
            }
        }
    }
}
