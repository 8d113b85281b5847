using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Hosting;
using MLOps.Gateway.Mlflow;

namespace MLOps.Gateway.Problems;

/// <summary>One error vocabulary, one rendering per protocol: problem details for our own API.</summary>
public static class ProblemsExtensions
{
    public static IHostApplicationBuilder AddProblems(this IHostApplicationBuilder builder)
    {
        builder.Services.ConfigureHttpJsonOptions(options => NativeJson.Configure(options.SerializerOptions));
        builder.Services.AddProblemDetails();
        builder.Services.AddCors();
        builder.Services.AddOptionsWithValidateOnStart<GatewayOptions, GatewayOptionsValidator>()
            .BindConfiguration(GatewayOptions.SectionName)
            .PostConfigure<IConfiguration>((options, configuration) =>
            {
                options.AllowedHosts ??= configuration["MLFLOW_SERVER_ALLOWED_HOSTS"];
                options.AllowedOrigins ??= configuration["MLFLOW_SERVER_CORS_ALLOWED_ORIGINS"];
                options.PassThroughUrl = string.IsNullOrWhiteSpace(options.PassThroughUrl) ? null : options.PassThroughUrl;
            });

        // What the framework cannot bind is told by the field's name, not by "Bad Request" alone.
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder.Services.AddExceptionHandler<ProblemHandler>();
        return builder;
    }

    private static void Allow(CorsPolicyBuilder policy, string[] origins)
    {
        policy.AllowAnyMethod().AllowAnyHeader();
        if (origins.Contains("*"))
        {
            policy.AllowAnyOrigin();
        }
        else
        {
            policy.WithOrigins(origins).AllowCredentials();
        }
    }

    public static WebApplication UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler();
        var options = app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value;
        var guard = new RequestGuard(options.Hosts, options.Origins);
        app.Use(next => http => guard.InvokeAsync(http, next));
        if (options.Origins is { Length: > 0 } origins)
        {
            app.UseCors(policy => Allow(policy, origins));
        }

        app.Use(next => http => MergedSlashes.InvokeAsync(http, next));
        app.UseWhen(http => MlflowErrors.Covers(http.Request.Path), mlflow => mlflow.UseStatusCodePages(MlflowErrors.WriteStatusAsync));
        app.UseWhen(
            http => http.Request.Path.StartsWithSegments("/api/v1") || http.Request.Path.StartsWithSegments("/mlops"),
            own =>
            {
                own.UseStatusCodePages(ProblemHandler.WriteStatusAsync);
                own.Use(next => http => EscapedNames.InvokeAsync(http, next));
            });
        return app;
    }
}
