using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MLOps.Client.Http;

namespace MLOps.Client.Tests;

/// <summary>A real HTTP server that answers as the documented gateway does, and remembers what it was asked.</summary>
public sealed class TestGateway : IAsyncDisposable
{
    /// <summary>Four attempts without a wait worth the name.</summary>
    public static readonly RetryOptions QuickRetries = new() { Retries = 3, FirstDelay = TimeSpan.FromMilliseconds(1) };

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ReceivedRequest> _received = new();

    private TestGateway(WebApplication app) => _app = app;

    public IReadOnlyList<ReceivedRequest> Received => [.. _received];

    public MLOpsClient Client { get; private set; } = null!;

    public Uri Address => Client.Gateway;

    public static async Task<TestGateway> StartAsync(Action<TestGateway> routes, MLOpsClientOptions? options = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var gateway = new TestGateway(builder.Build());
        gateway._app.Use(gateway.RememberAsync);
        routes(gateway);
        await gateway._app.StartAsync();
        gateway.Client = new MLOpsClient(new Uri(gateway._app.Urls.First()), options ?? new MLOpsClientOptions { Retry = QuickRetries });
        return gateway;
    }

    /// <summary>Answers <paramref name="route"/> (method, space, path) with JSON.</summary>
    public TestGateway On(string route, string json, int status = 200, string contentType = "application/json") =>
        On(route, async context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = contentType;
            await context.Response.WriteAsync(json, context.RequestAborted);
        });

    public TestGateway On(string route, RequestDelegate handler)
    {
        var (method, path) = (route.Split(' ')[0], route.Split(' ')[1]);
        _app.MapMethods(path, [method], handler);
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task RememberAsync(HttpContext context, RequestDelegate next)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        _received.Enqueue(new ReceivedRequest(
            context.Request.Method,
            context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget,
            context.Request.ContentType,
            body,
            context.Request.Headers.Authorization));
        await next(context);
    }
}

/// <param name="Target">Path and query as they came over the wire, escapes and all.</param>
public sealed record ReceivedRequest(string Method, string Target, string? ContentType, string Body, string? Authorization)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;
}
