using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MLOps.Gateway.Hosting;

/// <summary>The OpenAPI document of the platform's own routes at <c>/openapi/v1.json</c>. MLflow publishes the description of its own routes.</summary>
internal static class OpenApiExtensions
{
    public static IHostApplicationBuilder AddApiDescription(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOpenApi(options => options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "MLOps";
            document.Info.Version = "v1";
            document.Info.Description = "Experiment tracking, model registry, training, serving and monitoring. The MLflow protocol is at /api/2.0/mlflow, the Open Inference Protocol at /v2.";
            return Task.CompletedTask;
        }));
        return builder;
    }

    public static WebApplication MapApiDescription(this WebApplication app)
    {
        app.MapOpenApi();
        return app;
    }
}
