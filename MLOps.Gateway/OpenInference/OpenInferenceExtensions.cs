using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace MLOps.Gateway.OpenInference;

/// <summary>The Open Inference Protocol v2.</summary>
public static class OpenInferenceExtensions
{
    public static IHostApplicationBuilder AddOpenInference(this IHostApplicationBuilder builder) => builder;

    public static WebApplication MapOpenInference(this WebApplication app) => app;
}
