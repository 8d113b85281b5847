using Microsoft.Extensions.Hosting;

namespace MLOps.Silo.Runs;

/// <summary>Runs: their grain and the tracking store behind it.</summary>
public static class RunsExtensions
{
    public static IHostApplicationBuilder AddRuns(this IHostApplicationBuilder builder) => builder;
}
