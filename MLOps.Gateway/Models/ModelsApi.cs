using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Hosting;
using MLOps.Gateway.Mlflow;
using MLOps.Gateway.Problems;
using MLOps.Tracking;

namespace MLOps.Gateway.Models;

/// <summary><c>/api/v1/mlflow/models</c>: registered models, stages, and the way of a version from data to endpoint.</summary>
public static class ModelsApi
{
    private const int MaxComment = 5000;

    public static WebApplication MapModelsApi(this WebApplication app)
    {
        var api = app.MapGroup("/api/v1/mlflow/models").WithTags("Models").WithProblems();
        api.MapGet("/", ListAsync).WithName("ListModels").WithSummary("Registered models with their newest version per stage");
        api.MapGet("/{name}/latest", GetLatestAsync).WithName("GetLatestVersion").WithSummary("Newest version of a model, or of one of its stages");
        api.MapPost("/transition", TransitionAsync).WithName("TransitionStage").WithSummary("Move a version to a stage").WithProblems(StatusCodes.Status409Conflict);
        api.MapPost("/{name}/rollback", RollbackAsync).WithName("RollbackModel").WithSummary("Put the previous Production version back, archive the current one").WithProblems(StatusCodes.Status409Conflict);
        api.MapGet("/{name}/versions/{version:int}/lineage", LineageReader.GetAsync).WithName("GetVersionLineage").WithSummary("Datasets, runs and endpoints of a version, as a graph");
        api.MapModelHistory();
        return app;
    }

    private static async Task<Ok<ModelList>> ListAsync(
        IModelRegistryStore registry,
        CancellationToken cancellationToken,
        [Description("MLflow's filter grammar, for example name LIKE 'sp500%'")] string? filter = null,
        [Description("1 to 1000")] int max_results = Paging.Default,
        [Description("next_page_token of the page before")] string? page_token = null)
    {
        var page = await registry.SearchRegisteredModelsAsync(new SearchModels(filter, [], Paging.Check(max_results), page_token), cancellationToken);
        return TypedResults.Ok(new ModelList([.. page.Items.Select(ModelItem.Of)], page.NextPageToken));
    }

    private static async Task<Ok<VersionItem>> GetLatestAsync(
        string name,
        IModelRegistryStore registry,
        CancellationToken cancellationToken,
        [Description("None, Staging, Production or Archived; not given: any")] string? stage = null)
    {
        var stages = string.IsNullOrEmpty(stage) ? [] : new[] { MlflowRules.Stage(stage) };
        var versions = await registry.GetLatestVersionsAsync(name, stages, cancellationToken);
        return TypedResults.Ok(VersionItem.Of(versions.MaxBy(version => version.Version)
            ?? throw new MLOpsException(ProblemCode.NotFound, stages.Length == 0 ? $"The model '{name}' has no version yet." : $"The model '{name}' has no version in {stages[0]}.")));
    }

    private static async Task<Ok<VersionItem>> TransitionAsync(NewTransition body, HttpContext http, IGrainFactory grains)
    {
        if (string.IsNullOrWhiteSpace(body.Name))
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, "name is missing: expected the name of a registered model");
        }

        var stage = MlflowRules.Stage(body.Stage ?? string.Empty);
        var archive = body.ArchiveExistingVersions ?? body.ArchiveExisting ?? stage == ModelStage.Production;
        if (archive && stage is not (ModelStage.Staging or ModelStage.Production))
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"archive_existing is true for {stage}: expected it for Staging or Production only");
        }

        var version = await grains.GetGrain<IRegisteredModelGrain>(body.Name).TransitionStageAsync(
            new TransitionStage(body.VersionNumber(), stage, archive, Caller.Of(http), CheckComment(body.Comment)));
        return TypedResults.Ok(VersionItem.Of(version));
    }

    private static async Task<Ok<RollbackItem>> RollbackAsync(string name, HttpContext http, IGrainFactory grains, [FromBody] NewRollback? body = null)
    {
        var rollback = await grains.GetGrain<IRegisteredModelGrain>(name).RollbackAsync(new ChangeNote(Caller.Of(http), CheckComment(body?.Comment)));
        return TypedResults.Ok(RollbackItem.Of(rollback));
    }

    private static string? CheckComment(string? comment) => comment is null || comment.Length <= MaxComment
        ? comment
        : throw new MLOpsException(ProblemCode.InvalidArgument, $"comment has {comment.Length} characters: expected at most {MaxComment}");
}
