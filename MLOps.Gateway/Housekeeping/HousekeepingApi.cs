using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using MLOps.Contracts.Housekeeping;
using MLOps.Gateway.Endpoints;
using MLOps.Gateway.Hosting;
using MLOps.Gateway.Problems;

namespace MLOps.Gateway.Housekeeping;

/// <summary>/mlops/housekeeping.</summary>
public static class HousekeepingApi
{
    public static WebApplication MapHousekeepingApi(this WebApplication app)
    {
        var housekeeping = app.MapGroup("/mlops/housekeeping").WithTags("Housekeeping").WithProblems();
        housekeeping.MapPost("/purge", PurgeAsync).WithName("Purge")
            .WithSummary("Remove what was deleted long ago, for good and with its artifacts; without dry_run=false only say what would go")
            .WithBody<PurgeBody>().Produces<PurgeResponse>().WithProblems(StatusCodes.Status501NotImplemented);
        return app;
    }

    private static async Task<IResult> PurgeAsync(HttpContext context, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync<PurgeBody>(context, """{"dry_run","older_than","max_results","page_token"}""", cancellationToken);
        var page = await grains.GetGrain<IHousekeepingGrain>(IHousekeepingGrain.Key).PurgeAsync(new PurgeRequest(
            body.DryRun ?? true,
            body.OlderThan is { } age ? Age.Parse(age) : null,
            Paging.Check(body.MaxResults ?? Paging.Default),
            body.PageToken));
        return Results.Json(PurgeResponse.Of(page), ServingJson.Options);
    }
}
