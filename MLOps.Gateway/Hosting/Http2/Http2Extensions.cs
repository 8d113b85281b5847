using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MLOps.Gateway.Hosting.Http2;

/// <summary>HTTP/1.1 and HTTP/2 on one port without TLS, so that gRPC needs no port of its own. The server itself can only do one of the two
/// on a cleartext port: what a connection speaks is seen by its first bytes here (docs/decisions/0016).</summary>
internal static class Http2Extensions
{
    public static IHostApplicationBuilder AddHttp2OnSamePort(this IHostApplicationBuilder builder)
    {
        var server = builder.Services.LastOrDefault(service => service.ServiceType == typeof(IServer)) is { ImplementationType: { } type }
            ? type
            : throw new InvalidOperationException("The host has no Kestrel: call this on a builder of WebApplication.CreateBuilder.");
        builder.Services.AddSingleton<Http2Handover>();
        builder.Services.AddOptions<KestrelServerOptions>().Configure<Http2Handover>((options, handover) =>
            options.ConfigureEndpointDefaults(listen => listen.Use(http1 => handover.Before(http1, options.Limits))));
        builder.Services.AddSingleton<IServer>(services => new TwoProtocolServer(
            (IServer)ActivatorUtilities.CreateInstance(services, server),
            services.GetRequiredService<Http2Handover>(),
            services.GetRequiredService<IOptions<KestrelServerOptions>>().Value,
            services.GetRequiredService<ILoggerFactory>()));
        return builder;
    }
}
