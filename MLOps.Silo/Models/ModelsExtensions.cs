using Microsoft.Extensions.Hosting;

namespace MLOps.Silo.Models;

/// <summary>Registered models: their grain. The store behind it is added by the host.</summary>
public static class ModelsExtensions
{
    public static IHostApplicationBuilder AddRegisteredModels(this IHostApplicationBuilder builder) => builder;
}
