using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MLOps.Silo.Roles;

namespace MLOps.Silo.Batch;

/// <summary>Batch inference jobs and their workers.</summary>
public static class BatchExtensions
{
    public static IHostApplicationBuilder AddBatch(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<BatchOptions>, BatchOptionsValidator>();
        services.AddOptions<BatchOptions>().BindConfiguration(BatchOptions.SectionName).ValidateOnStart();
        services.AddSingleton<BatchSpecCheck>();
        services.AddSingleton<BatchQueue>();
        services.AddSingleton<BatchScratch>();
        services.AddSingleton<BatchParts>();
        services.AddSingleton<BatchResult>();
        services.AddSingleton<BatchRun>();
        services.AddSingleton<BatchInstruments>();
        services.AddSingleton<BatchPipeline>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, BatchRecovery>();
        services.AddHostedService<BatchWorker>();
        services.AddRolePlacement();
        return builder;
    }
}
