using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Training;
using MLOps.Gateway.Endpoints;
using MLOps.Gateway.Hosting;
using MLOps.Gateway.Problems;

namespace MLOps.Gateway.Training.Retraining;

/// <summary>The retraining policy of an endpoint.</summary>
internal static class RetrainingApi
{
    public static void MapRetrainingApi(this WebApplication app)
    {
        var policy = app.MapGroup("/api/v1/mlflow/serving/endpoints/{name}/retraining").WithTags("Training").WithProblems();
        policy.MapPut("", SetAsync).WithName("SetRetrainingPolicy").WithSummary("Set or replace the endpoint's retraining policy").WithBody<RetrainingPolicyRequest>().Produces<RetrainingResponse>();
        policy.MapGet("", GetAsync).WithName("GetRetrainingPolicy").WithSummary("The endpoint's retraining policy and what it did, newest first").Produces<RetrainingResponse>();
        policy.MapDelete("", DeleteAsync).WithName("DeleteRetrainingPolicy").WithSummary("Take the policy away, with its history").Produces(StatusCodes.Status204NoContent);
        policy.MapPost("/start", StartAsync).WithName("StartRetraining").WithSummary("Begin a training of the policy now").Produces<RetrainingResponse>(StatusCodes.Status202Accepted).WithProblems(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> SetAsync(HttpContext context, string name, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var request = await JsonBody.ReadAsync<RetrainingPolicyRequest>(context, """{"model", "dataset", "metric", …}""", cancellationToken);
        return Json(await Grain(name, grains).SetAsync(request.ToPolicy()));
    }

    private static async Task<IResult> GetAsync(string name, IGrainFactory grains) => Json(await Grain(name, grains).GetAsync());

    private static async Task<IResult> DeleteAsync(string name, IGrainFactory grains)
    {
        await Grain(name, grains).DeleteAsync();
        return Results.NoContent();
    }

    private static async Task<IResult> StartAsync(HttpContext context, string name, IGrainFactory grains) =>
        Results.Json(RetrainingResponse.Of(await Grain(name, grains).BeginAsync(Caller.Of(context))), ServingJson.Options, statusCode: StatusCodes.Status202Accepted);

    private static IRetrainingGrain Grain(string name, IGrainFactory grains)
    {
        EndpointName.Check(name, "endpoint name");
        return grains.GetGrain<IRetrainingGrain>(name);
    }

    private static IResult Json(RetrainingSnapshot snapshot) => Results.Json(RetrainingResponse.Of(snapshot), ServingJson.Options);
}
