using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MLOps.Silo.Runs;

/// <summary>Runs: their grain. The store behind it is added by the host.</summary>
public static class RunsExtensions
{
    public static IHostApplicationBuilder AddRuns(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<JobExperiments>();
        return builder;
    }
}
