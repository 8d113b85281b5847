using Microsoft.Extensions.Hosting;

namespace MLOps.Silo.Endpoints;

/// <summary>Serving endpoints, replicas and this silo's inference engine.</summary>
public static class EndpointsExtensions
{
    public static IHostApplicationBuilder AddServing(this IHostApplicationBuilder builder) => builder;
}
