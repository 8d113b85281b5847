using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MLOps.Silo.Features;
using MLOps.Silo.Roles;
using MLOps.Silo.Training.Retraining;
using MLOps.Silo.Training.Search;

namespace MLOps.Silo.Training;

/// <summary>Training jobs and the trainers they run.</summary>
public static class TrainingExtensions
{
    public static IHostApplicationBuilder AddTraining(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<TrainingOptions>, TrainingOptionsValidator>();
        services.AddOptions<TrainingOptions>().BindConfiguration(TrainingOptions.SectionName).ValidateOnStart();
        services.AddFeatures();
        services.AddSingleton<TrainingSpecCheck>();
        services.AddSingleton<TrainingQueue>();
        services.AddSingleton<ModelFolder>();
        services.AddSingleton<ModelRegistration>();
        services.AddSingleton<SharpeTrials>();
        services.AddSingleton<TrainingCheckpoints>();
        services.AddSingleton<TrainingRun>();
        services.AddSingleton<TrainingInstruments>();
        services.AddSingleton<TrainingPipeline>();
        services.AddSingleton<SearchSpecCheck>();
        services.AddSingleton<RetrainingPolicyCheck>();
        services.AddSingleton<VersionEvaluation>();
        services.AddSingleton<SearchRun>();
        services.AddSingleton<SearchSharpe>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, TrainingRecovery>();
        services.AddHostedService<TrainingWorker>();
        services.AddRolePlacement();
        return builder;
    }
}
