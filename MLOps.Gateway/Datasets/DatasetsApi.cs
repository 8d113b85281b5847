using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace MLOps.Gateway.Datasets;

/// <summary>/mlops/datasets.</summary>
public static class DatasetsApi
{
    public static IHostApplicationBuilder AddDatasetsApi(this IHostApplicationBuilder builder) => builder;

    public static WebApplication MapDatasetsApi(this WebApplication app) => app;
}
