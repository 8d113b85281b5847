using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace MLOps.Gateway.Experiments;

/// <summary>/api/v1/mlflow: experiments, runs, models, stage transitions.</summary>
public static class ExperimentsApi
{
    public static IHostApplicationBuilder AddExperimentsApi(this IHostApplicationBuilder builder) => builder;

    public static WebApplication MapExperimentsApi(this WebApplication app) => app;
}
