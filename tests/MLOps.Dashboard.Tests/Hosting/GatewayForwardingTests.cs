using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace MLOps.Dashboard.Tests.Hosting;

/// <summary>A dashboard apart from its gateway passes on what the browser reads itself.</summary>
public sealed class GatewayForwardingTests : IAsyncLifetime
{
    private readonly TaskCompletionSource _mayEnd = new();
    private WebApplication? _gateway;
    private WebApplication? _dashboard;
    private HttpClient? _http;

    public async ValueTask InitializeAsync()
    {
        var gateway = WebApplication.CreateSlimBuilder();
        gateway.Logging.ClearProviders();
        gateway.WebHost.UseUrls("http://127.0.0.1:0");
        _gateway = gateway.Build();
        _gateway.MapGet("/api/v1/mlflow/runs/{id}/metrics", (string id, string? key) => Results.Text($$"""{"run_id":"{{id}}","key":"{{key}}"}""", "application/json"));
        _gateway.MapGet("/get-artifact", (HttpContext context) =>
        {
            context.Response.Headers.ContentDisposition = "attachment; filename=a.txt";
            return Results.Text(context.Request.QueryString.Value!, "text/plain");
        });
        _gateway.MapGet("/api/v1/mlflow/runs/{id}/metrics/stream", async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("event: metric\ndata: 1\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await _mayEnd.Task.WaitAsync(context.RequestAborted);
        });
        await _gateway.StartAsync();

        var dashboard = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(DashboardExtensions).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        dashboard.Logging.ClearProviders();
        dashboard.WebHost.UseStaticWebAssets();
        dashboard.WebHost.UseUrls("http://127.0.0.1:0");
        dashboard.Configuration["MLOps:Dashboard:GatewayUrl"] = _gateway.Urls.First();
        dashboard.AddMLOpsDashboard();
        _dashboard = dashboard.Build();
        _dashboard.MapMLOpsDashboard();
        await _dashboard.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_dashboard.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        _mayEnd.TrySetResult();
        _http?.Dispose();
        foreach (var app in new[] { _dashboard, _gateway }.OfType<WebApplication>())
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }

    [Fact]
    public async Task Curves_WithAQuery_ArePassedOnAsTheyAre()
    {
        var answer = await _http!.GetStringAsync("/api/v1/mlflow/runs/r1/metrics?key=val%20loss", TestContext.Current.CancellationToken);

        Assert.Equal("""{"run_id":"r1","key":"val loss"}""", answer);
    }

    [Fact]
    public async Task Artifact_IsADownloadHereToo()
    {
        using var answer = await _http!.GetAsync("/get-artifact?path=a%26b&run_uuid=r", TestContext.Current.CancellationToken);

        Assert.Equal("?path=a%26b&run_uuid=r", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
    }

    [Fact]
    public async Task Stream_FirstEvent_ArrivesBeforeTheStreamEnds()
    {
        await using var stream = await _http!.GetStreamAsync("/api/v1/mlflow/runs/r1/metrics/stream", TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);

        Assert.Equal("event: metric", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Curves_GatewayGone_Answers502()
    {
        await _gateway!.StopAsync(TestContext.Current.CancellationToken);

        using var answer = await _http!.GetAsync("/api/v1/mlflow/runs/r1/metrics", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
    }
}
