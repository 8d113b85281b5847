using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MLOps.Gateway.Mlflow;

/// <summary>The MLflow REST protocol.</summary>
public static class MlflowExtensions
{
    public static IHostApplicationBuilder AddMlflow(this IHostApplicationBuilder builder) => builder;

    public static WebApplication MapMlflow(this WebApplication app)
    {
        var routes = new MlflowRoutes(app, app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("MLOps.Gateway.Mlflow"));
        ExperimentRoutes.Map(routes);
        RunRoutes.Map(routes);
        LoggedModelRoutes.Map(routes);
        RegisteredModelRoutes.Map(routes);
        ModelVersionRoutes.Map(routes);
        ArtifactRoutes.Map(routes);
        ServerRoutes.Map(routes);
        MissingRoutes.Map(routes);
        foreach (var prefix in (ReadOnlySpan<string>)["/api/2.0/{**rest}", "/api/3.0/{**rest}", "/ajax-api/{**rest}"])
        {
            app.Map(prefix, UnknownAsync).ExcludeFromDescription();
        }

        return app;
    }

    private static Task UnknownAsync(HttpContext http) =>
        MlflowErrors.WriteAsync(http.Response, StatusCodes.Status404NotFound, "ENDPOINT_NOT_FOUND", $"There is no {http.Request.Method} {http.Request.Path} here.");
}
