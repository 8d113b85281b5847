using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MLOps.Connections;
using MLOps.Inference.Engine;
using MLOps.Silo.Features;
using MLOps.Silo.Roles;
using Orleans.Hosting;
using Orleans.Runtime.Placement;

namespace MLOps.Silo.Endpoints;

/// <summary>Serving endpoints, replicas and this silo's inference engine.</summary>
public static class EndpointsExtensions
{
    public static IHostApplicationBuilder AddServing(this IHostApplicationBuilder builder)
    {
        builder.Services.AddServing();
        return builder;
    }

    /// <summary>What the serving grains need besides the artifact store and the registry.</summary>
    public static IServiceCollection AddServing(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<InferenceOptions>, InferenceOptionsValidator>());
        services.AddOptions<InferenceOptions>().BindConfiguration(InferenceOptions.SectionName).ValidateOnStart();
        services.TryAddSingleton<IEngineObserver, InferenceEngineLog>();
        services.TryAddSingleton(provider => new InferenceEngine(
            provider.GetRequiredService<IOptions<InferenceOptions>>().Value.ToEngineOptions(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IEngineObserver>()));
        services.AddHostedService<InferenceEngineStart>();
        services.TryAddSingleton<SocketConnections>();
        services.TryAddSingleton<ReplicaLink>();
        services.AddHostedService(provider => provider.GetRequiredService<ReplicaLink>());
        services.TryAddSingleton<ModelFiles>();
        services.TryAddSingleton<ModelResolver>();
        services.AddFeatures();
        services.AddPlacementDirector<SpreadPlacement, SpreadPlacementDirector>();
        services.AddRolePlacement();
        return services;
    }
}
