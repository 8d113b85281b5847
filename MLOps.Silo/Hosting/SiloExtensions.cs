using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MLOps.Silo.Batch;
using MLOps.Silo.Datasets;
using MLOps.Silo.Endpoints;
using MLOps.Silo.Housekeeping;
using MLOps.Silo.Models;
using MLOps.Silo.Monitoring;
using MLOps.Silo.Runs;
using MLOps.Silo.Training;
using Orleans.Configuration;

namespace MLOps.Silo.Hosting;

/// <summary>Adds the grains and what they need to a host, whichever topology composes it.</summary>
public static class SiloExtensions
{
    /// <summary>Registers every capability of the silo. Clustering, grain storage and reminders are the host's to add: <see cref="GrainStorageExtensions"/>, <see cref="RemindersExtensions"/>.</summary>
    public static IHostApplicationBuilder AddMLOpsSilo(this IHostApplicationBuilder builder)
    {
        var roles = (builder.Configuration.GetSection(SiloRoleOptions.SectionName).Get<SiloRoleOptions>() ?? new SiloRoleOptions()).Roles;
        builder.Services.AddSingleton<SiloLiveness>();
        builder.AddRuns();
        builder.AddRegisteredModels();
        builder.AddDatasets();
        builder.AddTraining(trains: roles.HasFlag(SiloRoles.Training));
        builder.AddServing();
        builder.Services.Without<ModelReplicaGrain>(!roles.HasFlag(SiloRoles.Serving));
        builder.AddBatch(works: roles.HasFlag(SiloRoles.Batch));
        builder.AddMonitoring();
        builder.AddHousekeeping();
        return builder;
    }

    /// <summary>Leaves a grain to other silos: what this silo does not know, the cluster does not place here.</summary>
    internal static IServiceCollection Without<TGrain>(this IServiceCollection services, bool left)
        where TGrain : Grain =>
        left ? services.PostConfigure<GrainTypeOptions>(options => options.Classes.Remove(typeof(TGrain))) : services;
}
