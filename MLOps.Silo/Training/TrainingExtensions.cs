using Microsoft.Extensions.Hosting;

namespace MLOps.Silo.Training;

/// <summary>Training jobs and the trainers they run.</summary>
public static class TrainingExtensions
{
    public static IHostApplicationBuilder AddTraining(this IHostApplicationBuilder builder) => builder;
}
