using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MLOps.Models.Catalog;
using MLOps.Silo.Hosting;

namespace MLOps.Silo.Training;

/// <summary>Training jobs and the trainers they run.</summary>
public static class TrainingExtensions
{
    /// <param name="builder">The silo's.</param>
    /// <param name="trains">False: jobs are other silos' work; this one knows only what can be trained.</param>
    public static IHostApplicationBuilder AddTraining(this IHostApplicationBuilder builder, bool trains = true)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<TrainingOptions>, TrainingOptionsValidator>();
        services.AddOptions<TrainingOptions>().BindConfiguration(TrainingOptions.SectionName).ValidateOnStart();

        // The shipped models, and a team's own that are registered as IModelDefinition.
        services.AddSingleton(provider => new ModelCatalog([.. new ModelCatalog().Definitions, .. provider.GetServices<IModelDefinition>()]));
        services.AddSingleton<TrainingSpecCheck>();
        services.AddSingleton<TrainingQueue>();
        services.AddSingleton<ModelFolder>();
        services.AddSingleton<ModelRegistration>();
        services.AddSingleton<TrainingPipeline>();
        services.Without<TrainingJobGrain>(!trains);
        if (trains)
        {
            services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, TrainingRecovery>();
            services.AddHostedService<TrainingWorker>();
        }

        return builder;
    }
}
