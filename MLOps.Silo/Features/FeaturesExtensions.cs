using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MLOps.Models.Catalog;

namespace MLOps.Silo.Features;

/// <summary>What serving and training both need of the financial models.</summary>
internal static class FeaturesExtensions
{
    public static IServiceCollection AddFeatures(this IServiceCollection services)
    {
        // The shipped models, and a team's own that are registered as IModelDefinition.
        services.TryAddSingleton(provider => new ModelCatalog([.. new ModelCatalog().Definitions, .. provider.GetServices<IModelDefinition>()]));
        services.TryAddSingleton<RowModels>();
        services.TryAddSingleton<FeaturePipelines>();
        return services;
    }
}
