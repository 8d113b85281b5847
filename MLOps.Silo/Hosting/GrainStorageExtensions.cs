using Microsoft.Extensions.DependencyInjection;
using MLOps.Silo.Storage;
using Orleans.Hosting;
using Orleans.Providers;
using Orleans.Storage;

namespace MLOps.Silo.Hosting;

/// <summary>Grain state in the tracking database.</summary>
public static class GrainStorageExtensions
{
    /// <summary>Makes the tracking database the default grain storage. The host also calls <c>AddMLOpsTracking</c>.</summary>
    public static ISiloBuilder AddMLOpsGrainStorage(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<GrainStateJson>();
        silo.Services.AddSingleton<GrainStateStorage>();
        silo.Services.AddKeyedSingleton<IGrainStorage>(
            ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME,
            (services, _) => services.GetRequiredService<GrainStateStorage>());
        silo.Services.AddSingleton<IGrainStorage>(services => services.GetRequiredService<GrainStateStorage>());
        return silo;
    }
}
