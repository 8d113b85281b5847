using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace MLOps.Gateway.Mlflow;

/// <summary>The MLflow REST protocol.</summary>
public static class MlflowExtensions
{
    public static IHostApplicationBuilder AddMlflow(this IHostApplicationBuilder builder) => builder;

    public static WebApplication MapMlflow(this WebApplication app) => app;
}
