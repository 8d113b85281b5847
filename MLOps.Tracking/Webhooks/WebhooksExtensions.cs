using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MLOps.Tracking.Hosting;
using MLOps.Tracking.Rest;

namespace MLOps.Tracking.Webhooks;

/// <summary>Webhooks: their store, their test and their delivery.</summary>
internal static class WebhooksExtensions
{
    public static IHostApplicationBuilder AddWebhooks(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<WebhookOptionsValidator>();
        services.AddSingleton<IPostConfigureOptions<WebhookOptions>>(provider => provider.GetRequiredService<WebhookOptionsValidator>());
        services.AddSingleton<IValidateOptions<WebhookOptions>>(provider => provider.GetRequiredService<WebhookOptionsValidator>());
        services.AddOptions<WebhookOptions>().BindConfiguration(WebhookOptions.SectionName).ValidateOnStart();
        services.AddSingleton(provider => new WebhookAddressGuard(provider.GetRequiredService<IOptions<WebhookOptions>>(), Dns.GetHostAddressesAsync));
        services.AddSingleton<WebhookRules>();
        services.AddSingleton<WebhookSecrets>();
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<WebhookSignal>();
        services.AddSingleton(provider => new WebhookOutbox(provider.GetRequiredService<RegistryDatabase>().Database, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new SqlWebhookStore(
            provider.GetRequiredService<RegistryDatabase>().Database,
            provider.GetRequiredService<WebhookRules>(),
            provider.GetRequiredService<WebhookSecrets>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<WebhookTester>();
        services.AddSingleton<IWebhookStore>(provider => provider.GetRequiredService<Upstreams>().Registry is { } upstream
            ? new RestWebhookStore(upstream)
            : provider.GetRequiredService<SqlWebhookStore>());
        services.AddSingleton<IWebhookTester>(provider => provider.GetRequiredService<Upstreams>().Registry is { } upstream
            ? new RestWebhookStore(upstream)
            : provider.GetRequiredService<WebhookTester>());
        services.AddHostedService<WebhookDispatcher>();
        return builder;
    }
}
