using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using MLOps.Gateway.Otlp;

namespace MLOps.Gateway.Hosting;

/// <summary>Serves everything under a prefix, as MLflow's <c>--static-prefix</c> does; the probes and <c>/v1/traces</c>, which MLflow has without a prefix, answer without it too.</summary>
public static class StaticPrefix
{
    public const string Key = GatewayOptions.SectionName + ":" + nameof(GatewayOptions.StaticPrefix);

    /// <summary>Comes before everything that looks at paths.</summary>
    public static WebApplication UseStaticPrefix(this WebApplication app)
    {
        if (app.Configuration[Key] is not { Length: > 0 } prefix)
        {
            return app;
        }

        app.UsePathBase(prefix);
        app.Use(next => http =>
        {
            if (http.Request.PathBase.HasValue || RequestGuard.IsProbe(http.Request.Path) || http.Request.Path == OtlpRoutes.Path)
            {
                return next(http);
            }

            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return http.Response.WriteAsync($"Everything here is under {prefix}/", http.RequestAborted);
        });
        app.UseRouting();
        return app;
    }

    /// <returns>What is wrong with the prefix; null when nothing is.</returns>
    public static string? Fault(string prefix) => prefix.StartsWith('/') && !prefix.EndsWith('/')
        ? null
        : $"the static prefix is '{prefix}': expected a path that begins with '/' and does not end with one, for example /mlops";
}
