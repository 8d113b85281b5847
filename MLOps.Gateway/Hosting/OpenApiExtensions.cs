using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.OpenApi;
using MLOps.Contracts.Problems;
using Scalar.AspNetCore;

namespace MLOps.Gateway.Hosting;

/// <summary>The OpenAPI document of the platform's own routes at <c>/openapi/v1.json</c> and a page to browse it at <c>/openapi</c>.
/// MLflow publishes the description of its own routes.</summary>
internal static class OpenApiExtensions
{
    /// <summary>Nothing that the page wants may come from, or go to, another host.</summary>
    private const string OnlyOurselves =
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; worker-src 'self' blob:; frame-ancestors 'self'";

    public static IHostApplicationBuilder AddApiDescription(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOpenApi(options =>
        {
            options.ShouldInclude = description => description.RelativePath is { } path
                && (path.StartsWith("api/v1/", StringComparison.Ordinal) || path.StartsWith("mlops/", StringComparison.Ordinal));
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info.Title = "MLOps";
                document.Info.Version = "v1";
                document.Info.Description = "Experiment tracking, model registry, training, serving and monitoring. "
                    + $"Changes of the registry are noted under the name in the header {Caller.Header}. "
                    + "The MLflow protocol is at /api/2.0/mlflow, the Open Inference Protocol at /v2 and over gRPC, MLflow's scoring protocol at /endpoints/{name}.";
                return Task.CompletedTask;
            });
            options.AddOperationTransformer(async (operation, context, cancellationToken) =>
            {
                if (context.Description.ActionDescriptor.EndpointMetadata.OfType<DocumentedBody>().FirstOrDefault() is { } body)
                {
                    var schema = await context.GetOrCreateSchemaAsync(body.Type, null, cancellationToken);
                    operation.RequestBody = new OpenApiRequestBody
                    {
                        Required = true,
                        Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal) { [body.ContentType] = new OpenApiMediaType { Schema = schema } },
                    };
                }

                ApiExamples.AddTo(operation);
            });
            options.AddSchemaTransformer((schema, context, _) =>
            {
                // That bodies are read strictly closes the schemas of answers too, and those may get members.
                schema.AdditionalPropertiesAllowed = true;
                if (context.JsonTypeInfo.Type == typeof(ProblemDetails))
                {
                    schema.Properties ??= new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal);
                    schema.Properties["code"] = new OpenApiSchema
                    {
                        Type = JsonSchemaType.String,
                        Description = "What kind of refusal it is.",
                        Enum = [.. Enum.GetNames<ProblemCode>()],
                    };
                }

                return Task.CompletedTask;
            });
        });
        return builder;
    }

    public static WebApplication MapApiDescription(this WebApplication app)
    {
        app.MapOpenApi();
        app.UseWhen(http => http.Request.Path.StartsWithSegments("/openapi"), page => page.Use((http, next) =>
        {
            http.Response.Headers.ContentSecurityPolicy = OnlyOurselves;
            return next(http);
        }));
        app.MapScalarApiReference("/openapi", page =>
        {
            page.Title = "MLOps API";
            page.OpenApiRoutePattern = "/openapi/v1.json";
            page.DefaultOpenAllTags = true;

            // The page's own fonts, proxy, telemetry and assistant are services of others.
            page.DefaultFonts = false;
            page.Telemetry = false;
            page.Agent = new ScalarAgentOptions { Disabled = true };
            page.Mcp = new ScalarMcpOptions { Disabled = true };
            page.HideClientButton = true;
        });
        return app;
    }
}
