using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace MLOps.Gateway.Training;

/// <summary>/mlops/training and the model catalogue.</summary>
public static class TrainingApi
{
    public static IHostApplicationBuilder AddTrainingApi(this IHostApplicationBuilder builder) => builder;

    public static WebApplication MapTrainingApi(this WebApplication app) => app;
}
