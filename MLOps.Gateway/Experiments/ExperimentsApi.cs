using System.ComponentModel;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Hosting;
using MLOps.Gateway.Problems;
using MLOps.Gateway.Runs;
using MLOps.Tracking;

namespace MLOps.Gateway.Experiments;

/// <summary><c>/api/v1/mlflow</c>: status and experiments.</summary>
public static class ExperimentsApi
{
    private const int MaxRuns = 50_000;

    public static WebApplication MapExperimentsApi(this WebApplication app)
    {
        var api = app.MapGroup("/api/v1/mlflow").WithTags("Experiments").WithProblems();
        api.MapGet("/status", GetStatusAsync).WithName("GetStatus").WithSummary("What this server is and how much it holds");
        api.MapGet("/experiments", ListAsync).WithName("ListExperiments").WithSummary("Active experiments, newest first");
        api.MapPost("/experiments", CreateAsync).WithName("CreateExperiment").WithSummary("Create an experiment").WithProblems(StatusCodes.Status409Conflict);
        api.MapGet("/experiments/{name}", GetAsync).WithName("GetExperiment").WithSummary("One experiment by name");
        api.MapGet("/experiments/{name}/runs", ListRunsAsync).WithName("ListRuns").WithSummary("Runs of an experiment, newest first unless ordered otherwise");
        return app;
    }

    private static async Task<Ok<PlatformStatus>> GetStatusAsync(
        ITrackingStore tracking,
        IModelRegistryStore registry,
        IGrainFactory grains,
        IOptions<TrackingOptions> options,
        CancellationToken cancellationToken)
    {
        var counts = await tracking.CountAsync(cancellationToken);
        var models = await registry.CountAsync(cancellationToken);
        var endpoints = await grains.GetGrain<INameIndexGrain>(NameIndex.Endpoints).ListAsync();
        return TypedResults.Ok(new PlatformStatus(
            "ok",
            typeof(ExperimentsApi).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0],
            options.Value.StoreKind,
            options.Value.StoreName,
            options.Value.RegistryName,
            options.Value.ArtifactLocation,
            counts.Experiments,
            counts.Runs,
            models,
            endpoints.Count));
    }

    private static async Task<Ok<ExperimentList>> ListAsync(
        ITrackingStore tracking,
        CancellationToken cancellationToken,
        [Description("MLflow's filter grammar, for example name LIKE 'sp500%'")] string? filter = null,
        [Description("1 to 1000")] int max_results = Paging.Default,
        [Description("next_page_token of the page before")] string? page_token = null)
    {
        var page = await tracking.SearchExperimentsAsync(new SearchExperiments(filter, [], ViewType.ActiveOnly, Paging.Check(max_results), page_token), cancellationToken);
        return TypedResults.Ok(new ExperimentList([.. page.Items.Select(ExperimentItem.Of)], page.NextPageToken));
    }

    private static async Task<Created<ExperimentItem>> CreateAsync(NewExperiment body, ITrackingStore tracking, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(body.Name))
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"name is '{body.Name}': expected 1 to 500 characters");
        }

        var name = ExperimentName.Check(body.Name);
        var id = await tracking.CreateExperimentAsync(new CreateExperiment(name, null, []), cancellationToken);
        return TypedResults.Created($"/api/v1/mlflow/experiments/{Uri.EscapeDataString(name)}", ExperimentItem.Of(await tracking.GetExperimentAsync(id, cancellationToken)));
    }

    private static async Task<Ok<ExperimentItem>> GetAsync(string name, ITrackingStore tracking, CancellationToken cancellationToken) =>
        TypedResults.Ok(ExperimentItem.Of(await tracking.GetExperimentByNameAsync(name, cancellationToken)));

    private static async Task<Ok<RunList>> ListRunsAsync(
        string name,
        ITrackingStore tracking,
        CancellationToken cancellationToken,
        [Description("MLflow's filter grammar, for example metrics.loss < 0.1 and params.model = 'tcn'")] string? filter = null,
        [FromQuery, Description("May be given several times, for example metrics.loss ASC")] string[]? order_by = null,
        [Description("1 to 50000")] int max_results = Paging.Default,
        [Description("next_page_token of the page before")] string? page_token = null)
    {
        Paging.Check(max_results, MaxRuns);
        var experiment = await tracking.GetExperimentByNameAsync(name, cancellationToken);
        var page = await tracking.SearchRunsAsync(new SearchRuns([experiment.ExperimentId], filter, order_by ?? [], ViewType.ActiveOnly, max_results, page_token), cancellationToken);
        return TypedResults.Ok(new RunList([.. page.Items.Select(RunItem.Of)], page.NextPageToken));
    }
}
