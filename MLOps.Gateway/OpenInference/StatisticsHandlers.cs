using Microsoft.AspNetCore.Http;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Endpoints;

namespace MLOps.Gateway.OpenInference;

/// <summary>The statistics extension: what this gateway has counted since it started.</summary>
internal static class StatisticsHandlers
{
    public static async Task<IResult> OneAsync(string model, string? version, RoutingTable routes, ServingMetrics metrics)
    {
        var route = await routes.GetAsync(model);
        return Results.Json(new { model_stats = new[] { Statistics(model, route.Find(version).ModelVersion, metrics.Of(model)) } });
    }

    public static async Task<IResult> AllAsync(IGrainFactory grains, RoutingTable routes, ServingMetrics metrics)
    {
        var all = new List<object>();
        foreach (var name in await grains.GetGrain<INameIndexGrain>(NameIndex.Endpoints).ListAsync())
        {
            try
            {
                all.Add(Statistics(name, (await routes.GetAsync(name)).Main.ModelVersion, metrics.Of(name)));
            }
            catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
            {
                // A name is listed before its endpoint is first written and until after it is deleted.
                continue;
            }
        }

        return Results.Json(new { model_stats = all });
    }

    private static object Statistics(string name, int version, EndpointStatistics statistics) => new
    {
        name,
        version = $"{version}",
        inference_count = statistics.Succeeded,
        execution_count = statistics.Succeeded,
        inference_stats = new
        {
            success = new { count = statistics.Succeeded, ns = statistics.TotalNanoseconds },
            fail = new { count = statistics.Errors, ns = 0L },
        },
    };
}
