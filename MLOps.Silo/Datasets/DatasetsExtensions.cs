using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace MLOps.Silo.Datasets;

/// <summary>Datasets: validation and versions.</summary>
public static class DatasetsExtensions
{
    public static IHostApplicationBuilder AddDatasets(this IHostApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<DatasetContent>();
        builder.Services.AddSingleton<DatasetTable>();
        return builder;
    }
}
