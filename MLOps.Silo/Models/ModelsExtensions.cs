using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MLOps.Silo.Models;

/// <summary>Registered models: their grain and the rule of promotion. The store behind it is added by the host.</summary>
public static class ModelsExtensions
{
    public static IHostApplicationBuilder AddRegisteredModels(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<RegistryOptions, RegistryOptionsValidator>().BindConfiguration(RegistryOptions.SectionName);
        builder.Services.AddSingleton<PromotionRule>();
        return builder;
    }
}
