using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Hosting;
using MLOps.Tracking;

namespace MLOps.Gateway.Runs;

/// <summary><c>/api/v1/mlflow/runs</c>: one run, its curves, its files, and what it logs while it is watched.</summary>
public static class RunsApi
{
    private const int MaxPointsLimit = 2000;

    public static WebApplication MapRunsApi(this WebApplication app)
    {
        app.MapPost("/api/v1/mlflow/runs/compare", RunComparer.CompareAsync).WithTags("Runs").WithProblems()
            .WithName("CompareRuns").WithSummary("Parameters and metrics of up to 500 runs side by side, curves aligned by step");
        var api = app.MapGroup("/api/v1/mlflow/runs/{id}").WithTags("Runs").WithProblems();
        api.MapGet("/", GetAsync).WithName("GetRun").WithSummary("One run");
        api.MapGet("/metrics", GetCurvesAsync).WithName("GetRunMetrics").WithSummary("Curves, reduced to minimum and maximum per bucket");
        api.MapGet("/metrics/stream", RunStream.WriteAsync).WithName("StreamRunMetrics").WithSummary("Server-sent events of what the run logs from now on").Produces<string>(contentType: "text/event-stream");
        api.MapGet("/artifacts", ListArtifactsAsync).WithName("ListRunArtifacts").WithSummary("Files of a run");
        return app;
    }

    private static async Task<Ok<RunItem>> GetAsync(string id, ITrackingStore tracking, CancellationToken cancellationToken) =>
        TypedResults.Ok(RunItem.Of(await tracking.GetRunAsync(id, cancellationToken)));

    private static async Task<Ok<CurveList>> GetCurvesAsync(
        string id,
        ITrackingStore tracking,
        CancellationToken cancellationToken,
        [Description("One metric; not given: all")] string? key = null,
        [Description("4 to 2000; a longer series is reduced to the minimum and maximum of each bucket")] int max_points = 2000,
        [Description("First step to show")] long? from_step = null,
        [Description("Last step to show")] long? to_step = null)
    {
        if (max_points is < 4 or > MaxPointsLimit)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"max_points is {max_points}: expected 4 to {MaxPointsLimit}");
        }

        if (from_step > to_step)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"from_step is {from_step}: expected at most to_step, {to_step}");
        }

        var run = await tracking.GetRunAsync(id, cancellationToken);
        var curves = new List<Curve>();
        foreach (var metric in run.Metrics.Select(metric => metric.Key).Where(name => key is null || name == key).Order(StringComparer.Ordinal))
        {
            var history = (await tracking.GetMetricHistoryAsync(id, metric, null, null, cancellationToken)).Items;
            curves.Add(Curve.Of(metric, Downsampling.Between(history, from_step, to_step), max_points));
        }

        return TypedResults.Ok(new CurveList(id, curves));
    }

    private static async Task<Ok<ArtifactList>> ListArtifactsAsync(string id, ITrackingStore tracking, IArtifactResolver artifacts, CancellationToken cancellationToken, [Description("A folder of the run; not given: its root")] string? path = null)
    {
        var checkedPath = ArtifactPath.Check(path ?? string.Empty);
        var run = await tracking.GetRunAsync(id, cancellationToken);
        var location = artifacts.Resolve(run.Info.ArtifactUri);
        var files = await location.Store.ListAsync(location.Combine(checkedPath), cancellationToken);
        return TypedResults.Ok(new ArtifactList(run.Info.ArtifactUri, [.. files.Select(file => new ArtifactItem(location.Relative(file.Path), file.IsDirectory, file.Size))]));
    }
}
