using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Access;
using MLOps.Gateway.Hosting;
using Yarp.ReverseProxy.Forwarder;

namespace MLOps.Gateway.Mlflow;

/// <summary>Passes requests that this server does not speak to the MLflow server beside it, when one is configured (<see cref="GatewayOptions.PassThroughUrl"/>).
/// They have come through everything that stands in front of our own routes, and <see cref="AccessGuard"/> has let their callers in.</summary>
internal sealed partial class PassThrough(IOptions<GatewayOptions> options, AccessGuard access, IHttpForwarder forwarder, ILogger<PassThrough> logger) : IDisposable
{
    /// <summary>Prompt optimization and judges answer when a language model has.</summary>
    private static readonly ForwarderRequestConfig Patience = new() { ActivityTimeout = TimeSpan.FromMinutes(5) };

    private readonly Transformer _transformer = new(access.TakesCredentials);

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current),
    });

    public bool IsConfigured => options.Value.PassThroughUrl is not null;

    public async Task ForwardAsync(HttpContext http)
    {
        if (access.Check(http) is { } refusal)
        {
            await MlflowErrors.WriteAsync(http.Response, refusal.Status, refusal.ErrorCode, refusal.Message);
            return;
        }

        var error = await forwarder.SendAsync(http, options.Value.PassThroughUrl!, _client, Patience, _transformer);
        if (error == ForwarderError.None || http.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        LogFailed(logger, http.Features.Get<IForwarderErrorFeature>()?.Exception, http.Request.Method, http.Request.Path, error);
        if (!http.Response.HasStarted)
        {
            await MlflowErrors.WriteAsync(http.Response, ProblemCode.Unavailable, "The MLflow server that has this route does not answer: try again later.");
        }
    }

    public void Dispose() => _client.Dispose();

    [LoggerMessage(LogLevel.Warning, "{Method} {Path} could not be passed to the MLflow server: {Error}")]
    private static partial void LogFailed(ILogger logger, Exception? exception, string method, PathString path, ForwarderError error);

    /// <summary>That server is called by its own name, and where the request comes from has been checked here.</summary>
    /// <param name="keepsCredentials">The caller's authorization was for this gateway: that server must not learn it.</param>
    private sealed class Transformer(bool keepsCredentials) : HttpTransformer
    {
        public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            proxyRequest.Headers.Host = null;
            proxyRequest.Headers.Remove("Origin");
            if (keepsCredentials)
            {
                proxyRequest.Headers.Authorization = null;
            }
        }
    }
}
