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

namespace MLOps.Silo.Hosting;

/// <summary>Adds the grains and what they need to a host, whichever topology composes it.</summary>
public static class SiloExtensions
{
    /// <summary>Registers every capability of the silo. Clustering, grain storage and reminders are the host's to add: <see cref="GrainStorageExtensions"/>, <see cref="RemindersExtensions"/>.</summary>
    public static IHostApplicationBuilder AddMLOpsSilo(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SiloLiveness>();
        builder.AddRuns();
        builder.AddRegisteredModels();
        builder.AddDatasets();
        builder.AddTraining();
        builder.AddServing();
        builder.AddBatch();
        builder.AddMonitoring();
        builder.AddHousekeeping();
        return builder;
    }
}
