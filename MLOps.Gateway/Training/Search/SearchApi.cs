using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Training;
using MLOps.Gateway.Endpoints;
using MLOps.Gateway.Hosting;
using MLOps.Gateway.Problems;

namespace MLOps.Gateway.Training.Search;

/// <summary>/mlops/training/search.</summary>
internal static class SearchApi
{
    /// <param name="training">The group of /mlops/training.</param>
    public static void MapSearchApi(this RouteGroupBuilder training)
    {
        var search = training.MapGroup("/search");
        search.MapPost("", StartAsync).WithName("StartSearch").WithSummary("Start a hyper-parameter search; its trials are training jobs, their runs children of the search's run")
            .WithBody<StartSearchRequest>().Produces<SearchResponse>(StatusCodes.Status202Accepted);
        search.MapGet("", ListAsync).WithName("ListSearches").WithSummary("All searches, newest first").Produces<SearchListResponse>();
        search.MapGet("/{id}", GetAsync).WithName("GetSearch").WithSummary("One search with its trials and the best so far").Produces<SearchResponse>();
        search.MapPost("/{id}/stop", StopAsync).WithName("StopSearch").WithSummary("Begin no further trial and stop those that run").Produces<SearchResponse>().WithProblems(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> StartAsync(HttpContext context, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var request = await JsonBody.ReadAsync<StartSearchRequest>(context, """{"model", "dataset", "space", "metric", …}""", cancellationToken);
        var search = await grains.GetGrain<ISearchJobGrain>(Guid.NewGuid().ToString("N")).StartAsync(request.ToSpec());
        return Results.Json(SearchResponse.Of(search), ServingJson.Options, statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> ListAsync(IGrainFactory grains)
    {
        var ids = await grains.GetGrain<INameIndexGrain>(NameIndex.Searches).ListAsync();
        var searches = await Task.WhenAll(ids.Select(id => FindAsync(id, grains)));
        return Results.Json(
            new SearchListResponse([.. searches.OfType<SearchSnapshot>().OrderByDescending(search => search.CreationTime).Select(SearchResponse.Of)]),
            ServingJson.Options);
    }

    private static async Task<IResult> GetAsync(string id, IGrainFactory grains) => Json(await Search(id, grains).GetAsync());

    private static async Task<IResult> StopAsync(string id, IGrainFactory grains) => Json(await Search(id, grains).StopAsync());

    /// <summary>An id that no search can have is an unknown one; no grain is made for it.</summary>
    private static ISearchJobGrain Search(string id, IGrainFactory grains) => Guid.TryParseExact(id, "N", out _)
        ? grains.GetGrain<ISearchJobGrain>(id)
        : throw new MLOpsException(ProblemCode.NotFound, $"Search '{NameRules.Shortened(id)}' does not exist.");

    private static async Task<SearchSnapshot?> FindAsync(string id, IGrainFactory grains)
    {
        try
        {
            return await grains.GetGrain<ISearchJobGrain>(id).GetAsync();
        }
        catch (MLOpsException e) when (e.Code == ProblemCode.NotFound)
        {
            // An id is listed before its search is first written.
            return null;
        }
    }

    private static IResult Json(SearchSnapshot search) => Results.Json(SearchResponse.Of(search), ServingJson.Options);
}
