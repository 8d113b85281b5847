using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace MLOps.Gateway.Endpoints;

/// <summary>Serving endpoints: deploy, list, score.</summary>
public static class EndpointsApi
{
    public static IHostApplicationBuilder AddEndpointsApi(this IHostApplicationBuilder builder) => builder;

    public static WebApplication MapEndpointsApi(this WebApplication app) => app;
}
