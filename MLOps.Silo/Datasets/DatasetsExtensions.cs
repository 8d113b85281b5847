using Microsoft.Extensions.Hosting;

namespace MLOps.Silo.Datasets;

/// <summary>Datasets: validation and versions.</summary>
public static class DatasetsExtensions
{
    public static IHostApplicationBuilder AddDatasets(this IHostApplicationBuilder builder) => builder;
}
