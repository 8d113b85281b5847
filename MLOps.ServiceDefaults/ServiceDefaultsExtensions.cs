using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MLOps.ServiceDefaults;

/// <summary>What every process of the platform has: telemetry, health, service discovery and resilient HTTP clients.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Health checks with this tag decide whether the process lives; they touch no storage.</summary>
    public const string LiveTag = "live";

    private const string RequestLines = "Microsoft.AspNetCore.Hosting.Diagnostics";

    /// <summary>Adds OpenTelemetry (OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set), the live check, service discovery and resilience.</summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        // The web server's lines for every request cost more than the request; whoever wants them says so in the configuration.
        if (builder.Configuration["Logging:LogLevel:Microsoft.AspNetCore"] is null)
        {
            builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
            if (!IsExported(builder) && builder.Configuration[$"Logging:LogLevel:{RequestLines}"] is null && builder.Configuration["Logging:LogLevel:Microsoft.AspNetCore.Hosting"] is null)
            {
                // As long as these lines could come, each request has a span and a scope made for it (2 µs), which nobody sees here.
                builder.Logging.AddFilter(RequestLines, LogLevel.None);
            }
        }

        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });

        var telemetry = builder.Services.AddOpenTelemetry()

            // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word: by them Aspire's dashboard knows whose telemetry it is.
            .ConfigureResource(resource => resource.AddService(builder.Environment.ApplicationName).AddEnvironmentVariableDetector())
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter("Microsoft.Orleans", "Npgsql", "MLOps.*"));

        if (IsExported(builder))
        {
            // Spans that nobody exports would only cost time.
            telemetry
                .WithTracing(tracing => tracing
                    .AddSource(
                        builder.Environment.ApplicationName,
                        "MLOps.*",
                        "Npgsql",

                        // Not Microsoft.Orleans.Runtime, which has a span for every timer that ticks.
                        "Microsoft.Orleans.Application",
                        "Microsoft.Orleans.Storage")
                    .AddAspNetCoreInstrumentation(options => options.Filter = context =>
                        !context.Request.Path.StartsWithSegments("/health") && !context.Request.Path.StartsWithSegments("/alive"))
                    .AddHttpClientInstrumentation())
                .UseOtlpExporter();
            if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_TRACES_SAMPLER"]))
            {
                telemetry.WithTracing(tracing => tracing.SetSampler(new ParentBasedSampler(new RequestSampler())));
            }
        }

        builder.Services.AddHealthChecks()
            .AddCheck("self", () => HealthCheckResult.Healthy(), [LiveTag]);

        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            http.AddStandardResilienceHandler();
            http.AddServiceDiscovery();
        });

        return builder;
    }

    /// <summary>Maps <c>/health/ready</c> (every check) and <c>/health/live</c> (touches no storage and no other process), and the names they have elsewhere: <c>/health</c> and <c>/alive</c>.
    /// They answer <c>OK</c>, as MLflow's does, or 503 with the names of the failing checks: anybody may ask, and the reasons are in the log.</summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        foreach (var ready in (string[])["/health", "/health/ready"])
        {
            app.MapHealthChecks(ready, new HealthCheckOptions { ResponseWriter = HealthResponse.WriteAsync });
        }

        foreach (var live in (string[])["/alive", "/health/live"])
        {
            app.MapHealthChecks(live, new HealthCheckOptions
            {
                Predicate = check => check.Tags.Contains(LiveTag),
                ResponseWriter = HealthResponse.WriteAsync,
            });
        }

        return app;
    }

    private static bool IsExported(IHostApplicationBuilder builder) => !string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
}
