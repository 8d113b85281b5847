using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MLOps.Silo.Hosting;

namespace MLOps.Silo.Batch;

/// <summary>Batch inference jobs and their workers.</summary>
public static class BatchExtensions
{
    /// <param name="builder">The silo's.</param>
    /// <param name="works">False: jobs are other silos' work.</param>
    public static IHostApplicationBuilder AddBatch(this IHostApplicationBuilder builder, bool works = true)
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
        services.Without<BatchJobGrain>(!works);
        if (works)
        {
            services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, BatchRecovery>();
            services.AddHostedService<BatchWorker>();
        }

        return builder;
    }
}
