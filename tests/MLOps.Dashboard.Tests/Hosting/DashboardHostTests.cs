using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MLOps.Dashboard.Tests.Hosting;

/// <summary>The dashboard in a real host, over real HTTP, beside routes that are not its own.</summary>
public sealed class DashboardHostTests : IAsyncLifetime
{
    private WebApplication? _app;
    private HttpClient? _http;

    private HttpClient Http => _http!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(DashboardExtensions).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.AddMLOpsDashboard();
        _app = builder.Build();

        // In one process with the gateway the dashboard asks the process itself.
        _app.MapGet("/api/v1/mlflow/status", () => Results.Text("""{"status":"ok","version":"9.8.7"}""", "application/json"));
        _app.MapPost("/api/2.0/mlflow/experiments/search", () => Results.Text("""{"experiments":[]}""", "application/json"));
        _app.MapGet("/api/2.0/mlflow/registered-models/search", () => Results.Text("""{}""", "application/json"));
        _app.MapGet("/api/v1/mlflow/serving/endpoints", () => Results.Text("""{"endpoints":[]}""", "application/json"));
        _app.MapGet("/mlops/alerts", () => Results.Text("""{"alerts":[]}""", "application/json"));
        _app.MapGet("/mlops/training/jobs", () => Results.Text("""{"jobs":[]}""", "application/json"));
        _app.MapMLOpsDashboard();
        await _app.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
    }

    [Fact]
    public async Task Home_BesideTheGateway_FindsItWithoutConfiguration()
    {
        var page = await Http.GetStringAsync("/", TestContext.Current.CancellationToken);

        Assert.Contains("9.8.7", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Assets_ThatThePageNames_AreServed()
    {
        var page = await Http.GetStringAsync("/", TestContext.Current.CancellationToken);
        var assets = System.Text.RegularExpressions.Regex.Matches(page, "(?:href|src)=\"((?:dashboard|_framework|MLOps)[^\"]+)\"")
            .Select(match => match.Groups[1].Value)
            .Append("dashboard/js/run-charts.js")
            .Append("dashboard/lib/uplot/uPlot.esm.js")
            .ToArray();

        Assert.True(assets.Length >= 9, $"the page names {assets.Length} assets");
        foreach (var asset in assets)
        {
            using var answer = await Http.GetAsync(asset, TestContext.Current.CancellationToken);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{asset}: {answer.StatusCode}");
        }
    }

    [Theory]
    [InlineData("/api/v1/nothing")]
    [InlineData("/v2/models/nothing")]
    [InlineData("/nothing")]
    public async Task UnknownRoute_IsLeftToTheHost(string path)
    {
        using var answer = await Http.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.DoesNotContain("<html", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
