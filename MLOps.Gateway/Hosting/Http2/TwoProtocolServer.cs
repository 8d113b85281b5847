using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MLOps.Gateway.Hosting.Http2;

/// <summary>The server that listens, and beside it one that speaks HTTP/2 alone on the connections it is handed.</summary>
internal sealed class TwoProtocolServer : IServer
{
    private readonly IServer _listening;
    private readonly KestrelServer _http2;

    /// <param name="listening">The host's own server.</param>
    /// <param name="handover">Where connections come from.</param>
    /// <param name="options">Those of the listening server: its limits hold for both.</param>
    /// <param name="loggers">For the second server.</param>
    public TwoProtocolServer(IServer listening, Http2Handover handover, KestrelServerOptions options, ILoggerFactory loggers)
    {
        _listening = listening;
        _http2 = new KestrelServer(Options.Create(Http2Only(handover, options)), handover, loggers);
    }

    public IFeatureCollection Features => _listening.Features;

    public async Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        await _http2.StartAsync(application, cancellationToken);
        await _listening.StartAsync(application, cancellationToken);
    }

    /// <summary>Both at once: the listening server waits for the connections that it handed over, and the other one closes them.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(_http2.StopAsync(cancellationToken), _listening.StopAsync(cancellationToken));

    public void Dispose()
    {
        _http2.Dispose();
        _listening.Dispose();
    }

    private static KestrelServerOptions Http2Only(Http2Handover handover, KestrelServerOptions given)
    {
        var options = new KestrelServerOptions { ApplicationServices = given.ApplicationServices, AddServerHeader = given.AddServerHeader };
        options.Limits.KeepAliveTimeout = given.Limits.KeepAliveTimeout;
        options.Limits.RequestHeadersTimeout = given.Limits.RequestHeadersTimeout;
        options.Limits.MaxRequestBodySize = given.Limits.MaxRequestBodySize;
        options.Limits.MaxRequestHeaderCount = given.Limits.MaxRequestHeaderCount;
        options.Limits.MaxRequestHeadersTotalSize = given.Limits.MaxRequestHeadersTotalSize;
        options.Limits.MinRequestBodyDataRate = given.Limits.MinRequestBodyDataRate;
        options.Limits.MinResponseDataRate = given.Limits.MinResponseDataRate;
        options.Listen(handover.EndPoint, listen => listen.Protocols = HttpProtocols.Http2);
        return options;
    }
}
