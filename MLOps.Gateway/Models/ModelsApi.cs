using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Mlflow;
using MLOps.Tracking;

namespace MLOps.Gateway.Models;

/// <summary><c>/api/v1/mlflow/models</c>: registered models, stages and their history.</summary>
public static class ModelsApi
{
    private const int MaxListed = 1000;

    public static WebApplication MapModelsApi(this WebApplication app)
    {
        var api = app.MapGroup("/api/v1/mlflow/models").WithTags("Models");
        api.MapGet("/", ListAsync).WithName("ListModels").WithSummary("Registered models with their newest version per stage");
        api.MapGet("/{name}/latest", GetLatestAsync).WithName("GetLatestVersion").WithSummary("Newest version of a model");
        api.MapGet("/{name}/history", GetHistoryAsync).WithName("GetStageHistory").WithSummary("Every stage transition, oldest first");
        api.MapPost("/transition", TransitionAsync).WithName("TransitionStage").WithSummary("Move a version to a stage");
        return app;
    }

    private static async Task<Ok<ModelList>> ListAsync(IModelRegistryStore registry, CancellationToken cancellationToken)
    {
        var page = await registry.SearchRegisteredModelsAsync(new SearchModels(null, [], MaxListed, null), cancellationToken);
        return TypedResults.Ok(new ModelList([.. page.Items.Select(ModelItem.Of)]));
    }

    private static async Task<Ok<VersionItem>> GetLatestAsync(string name, IModelRegistryStore registry, CancellationToken cancellationToken)
    {
        var versions = await registry.GetLatestVersionsAsync(name, [], cancellationToken);
        return TypedResults.Ok(VersionItem.Of(versions.MaxBy(version => version.Version)
            ?? throw new MLOpsException(ProblemCode.NotFound, $"The model '{name}' has no version yet.")));
    }

    private static async Task<Ok<TransitionList>> GetHistoryAsync(string name, IModelRegistryStore registry, CancellationToken cancellationToken)
    {
        var history = await registry.GetStageHistoryAsync(name, cancellationToken);
        return TypedResults.Ok(new TransitionList([.. history.Select(TransitionItem.Of)]));
    }

    private static async Task<Ok<VersionItem>> TransitionAsync(NewTransition body, IGrainFactory grains)
    {
        if (string.IsNullOrWhiteSpace(body.Name))
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, "name is missing: expected the name of a registered model");
        }

        var stage = MlflowRules.Stage(body.Stage ?? string.Empty);
        var version = await grains.GetGrain<IRegisteredModelGrain>(body.Name).TransitionStageAsync(new TransitionStage(
            body.VersionNumber(),
            stage,
            body.ArchiveExistingVersions ?? stage == ModelStage.Production,
            body.By ?? string.Empty,
            body.Comment));
        return TypedResults.Ok(VersionItem.Of(version));
    }
}
