using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MLOps.Tracking.AiGateway;

/// <summary>The configuration of MLflow's AI gateway.</summary>
internal static class AiGatewayExtensions
{
    public static IHostApplicationBuilder AddAiGateway(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<AiGatewayOptionsValidator>();
        services.AddSingleton<IPostConfigureOptions<AiGatewayOptions>>(provider => provider.GetRequiredService<AiGatewayOptionsValidator>());
        services.AddSingleton<IValidateOptions<AiGatewayOptions>>(provider => provider.GetRequiredService<AiGatewayOptionsValidator>());
        services.AddOptions<AiGatewayOptions>().BindConfiguration(AiGatewayOptions.SectionName).ValidateOnStart();
        services.AddSingleton<GatewaySecrets>();
        services.AddSingleton<IAiGatewayStore, SqlAiGatewayStore>();
        return builder;
    }
}
