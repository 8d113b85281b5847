using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Monitoring;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Endpoints;
using MLOps.Gateway.Hosting;
using MLOps.Gateway.Problems;

namespace MLOps.Gateway.Monitoring;

/// <summary>/mlops/alerts, /mlops/monitoring and /mlops/metrics.</summary>
public static class MonitoringApi
{
    public static IHostApplicationBuilder AddMonitoringApi(this IHostApplicationBuilder builder) => builder;

    public static WebApplication MapMonitoringApi(this WebApplication app)
    {
        var monitoring = app.MapGroup("/mlops").WithTags("Monitoring").WithProblems();
        monitoring.MapGet("/alerts", ListAlertsAsync).WithName("ListAlerts").WithSummary("Alerts of all endpoints, newest first").Produces<AlertListResponse>();
        monitoring.MapPost("/alerts/{id}/acknowledge", AcknowledgeAsync).WithName("AcknowledgeAlert").WithSummary("Say who has taken an alert on")
            .WithBody<AcknowledgeRequest>().Produces<AlertResponse>();
        monitoring.MapGet("/monitoring/{endpoint}/drift", GetDriftAsync).WithName("GetDrift").WithSummary("Verdicts on an endpoint's windows").Produces<DriftResponse>();
        monitoring.MapPost("/monitoring/{endpoint}/evaluate", EvaluateAsync).WithName("EvaluateDrift").WithSummary("Judge the open window now").Produces<DriftResponse>();
        monitoring.MapGet("/metrics/validation", ValidationReader.GetAsync).WithName("GetValidationMetrics").WithSummary("The five validation metrics of registered versions").Produces<ValidationListResponse>();
        return app;
    }

    private static async Task<IResult> ListAlertsAsync(IGrainFactory grains)
    {
        var alerts = await AllAlertsAsync(grains);
        return Results.Json(
            new AlertListResponse([.. alerts.OrderByDescending(a => a.RaisedAt).ThenByDescending(a => a.Window, StringComparer.Ordinal).Select(AlertResponse.Of)]),
            ServingJson.Options);
    }

    private static async Task<IResult> AcknowledgeAsync(string id, HttpContext context, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var request = await JsonBody.ReadAsync<AcknowledgeRequest>(context, """{"by"}""", cancellationToken);
        if (string.IsNullOrWhiteSpace(request.By))
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, "'by' is missing: expected who acknowledges the alert.");
        }

        var alert = (await AllAlertsAsync(grains)).FirstOrDefault(a => a.AlertId == id)
            ?? throw new MLOpsException(ProblemCode.NotFound, $"Alert '{id}' does not exist.");
        return Results.Json(AlertResponse.Of(await grains.GetGrain<IMonitorGrain>(alert.Endpoint).AcknowledgeAsync(id, request.By)), ServingJson.Options);
    }

    private static async Task<IResult> GetDriftAsync(string endpoint, string? replay, IGrainFactory grains)
    {
        await CheckExistsAsync(endpoint, grains);
        return Drift(endpoint, await grains.GetGrain<IMonitorGrain>(endpoint).GetDriftAsync(Checked(replay)));
    }

    private static async Task<IResult> EvaluateAsync(string endpoint, string? replay, IGrainFactory grains, CaptureQueue captured, CancellationToken cancellationToken)
    {
        await CheckExistsAsync(endpoint, grains);

        // Requests answered before this one count, though their observations may still be on the way.
        await captured.DrainAsync(cancellationToken);
        return Drift(endpoint, await grains.GetGrain<IMonitorGrain>(endpoint).EvaluateAsync(Checked(replay)));
    }

    private static IResult Drift(string endpoint, DriftState state) => Results.Json(DriftResponse.Of(endpoint, state), ServingJson.Options);

    private static string? Checked(string? replay) => replay is null ? null : ReplayId.Check(replay);

    private static async Task CheckExistsAsync(string endpoint, IGrainFactory grains)
    {
        if (!(await grains.GetGrain<INameIndexGrain>(NameIndex.Endpoints).ListAsync()).Contains(endpoint))
        {
            throw new MLOpsException(ProblemCode.NotFound, $"Endpoint '{endpoint}' does not exist.");
        }
    }

    /// <summary>Also of endpoints that are gone: what happened stays to be read and acknowledged.</summary>
    private static async Task<IEnumerable<ModelAlert>> AllAlertsAsync(IGrainFactory grains)
    {
        var names = await Task.WhenAll(
            grains.GetGrain<INameIndexGrain>(NameIndex.Endpoints).ListAsync(),
            grains.GetGrain<INameIndexGrain>(NameIndex.Monitors).ListAsync());
        return (await Task.WhenAll(names[0].Union(names[1]).Select(name => grains.GetGrain<IMonitorGrain>(name).GetAlertsAsync()))).SelectMany(alerts => alerts);
    }
}
