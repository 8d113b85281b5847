using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Mlflow;
using MLOps.Gateway.Problems;
using MLOps.Tracking;

namespace MLOps.Gateway.Models;

/// <summary>The registry of record: who moved what when and why, and what was where at a moment.</summary>
internal static class ModelHistoryApi
{
    public static void MapModelHistory(this IEndpointRouteBuilder models)
    {
        models.MapGet("/{name}/history", GetHistoryAsync).WithName("GetModelHistory").WithSummary("Every move of a stage or alias, rename and deletion, newest first");
        models.MapGet("/{name}/versions/{version:int}/history", GetVersionHistoryAsync).WithName("GetVersionHistory").WithSummary("The history of one version, newest first");
        models.MapGet("/{name}/production", GetProductionAsync).WithName("GetProduction").WithSummary("What is in Production, or was at a moment");
        models.MapGet("/{name}/stages/{stage}", GetStageAsync).WithName("GetStage").WithSummary("What is in a stage, or was at a moment");
        models.MapGet("/{name}/aliases/{alias}", GetAliasAsync).WithName("GetAlias").WithSummary("What an alias points to, or did at a moment");
    }

    private static Task<Ok<HistoryList>> GetHistoryAsync(
        string name,
        IModelRegistryStore registry,
        CancellationToken cancellationToken,
        [Description("stage, alias, rename or delete; not given: all")] string? kind = null,
        [Description("1 to 1000")] int max_results = Paging.Default,
        [Description("next_page_token of the page before")] string? page_token = null) =>
        ReadAsync(name, new SearchHistory(null, Kind(kind), Paging.Check(max_results), page_token), registry, cancellationToken);

    private static async Task<Ok<HistoryList>> GetVersionHistoryAsync(
        string name,
        int version,
        IModelRegistryStore registry,
        CancellationToken cancellationToken,
        [Description("stage or alias; not given: both")] string? kind = null,
        [Description("1 to 1000")] int max_results = Paging.Default,
        [Description("next_page_token of the page before")] string? page_token = null)
    {
        var answer = await ReadAsync(name, new SearchHistory(version, Kind(kind), Paging.Check(max_results), page_token), registry, cancellationToken);
        if (answer.Value!.History.Count == 0)
        {
            // No line: a version that never moved, or none at all, which is said by its 404.
            await registry.GetModelVersionAsync(name, version, cancellationToken);
        }

        return answer;
    }

    private static Task<Ok<StageHolders>> GetProductionAsync(
        string name,
        IModelRegistryStore registry,
        CancellationToken cancellationToken,
        [Description("ISO 8601 or Unix ms; not given: now")] string? at = null) =>
        GetStageAsync(name, nameof(ModelStage.Production), registry, cancellationToken, at);

    private static async Task<Ok<StageHolders>> GetStageAsync(
        string name,
        string stage,
        IModelRegistryStore registry,
        CancellationToken cancellationToken,
        [Description("ISO 8601 or Unix ms; not given: now")] string? at = null)
    {
        var (wanted, moment) = (MlflowRules.Stage(stage), PointInTime.Parse(at));
        var holders = await registry.GetStageHoldersAsync(name, wanted, moment, cancellationToken);
        return TypedResults.Ok(new StageHolders(name, wanted.ToString(), moment, [.. holders.Select(HoldingItem.Of)]));
    }

    private static async Task<Ok<AliasHolder>> GetAliasAsync(
        string name,
        string alias,
        IModelRegistryStore registry,
        CancellationToken cancellationToken,
        [Description("ISO 8601 or Unix ms; not given: now")] string? at = null)
    {
        var moment = PointInTime.Parse(at);
        var holder = await registry.GetAliasHolderAsync(name, alias, moment, cancellationToken);
        return TypedResults.Ok(new AliasHolder(name, alias, moment, holder is null ? null : HoldingItem.Of(holder)));
    }

    private static async Task<Ok<HistoryList>> ReadAsync(string name, SearchHistory query, IModelRegistryStore registry, CancellationToken cancellationToken)
    {
        var page = await registry.GetHistoryAsync(name, query, cancellationToken);
        return TypedResults.Ok(new HistoryList([.. page.Items.Select(HistoryItem.Of)], page.NextPageToken));
    }

    private static RegistryChangeKind? Kind(string? kind) => kind switch
    {
        null or "" => null,
        "stage" => RegistryChangeKind.Stage,
        "alias" => RegistryChangeKind.Alias,
        "rename" => RegistryChangeKind.Rename,
        "delete" => RegistryChangeKind.Delete,
        _ => throw new MLOpsException(ProblemCode.InvalidArgument, $"kind is '{kind}': expected stage, alias, rename or delete"),
    };
}
