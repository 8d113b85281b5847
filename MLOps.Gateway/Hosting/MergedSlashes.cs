using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace MLOps.Gateway.Hosting;

/// <summary>Sends a caller who joined two paths with a slash too many to the path that was meant, as MLflow's server does.</summary>
internal static class MergedSlashes
{
    public static Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var request = http.Request;
        if (http.GetEndpoint() is not null || request.Path.Value is not { } path || !path.Contains("//", StringComparison.Ordinal))
        {
            return next(http);
        }

        // 308: the method and the body stay. One slash at the beginning, so that no host's name can follow.
        http.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
        http.Response.Headers.Location = UriHelper.BuildRelative(request.PathBase, Merge(path), request.QueryString);
        return Task.CompletedTask;
    }

    private static string Merge(string path)
    {
        var merged = new StringBuilder(path.Length);
        foreach (var c in path)
        {
            if (c != '/' || merged.Length == 0 || merged[^1] != '/')
            {
                merged.Append(c);
            }
        }

        return merged.ToString();
    }
}
