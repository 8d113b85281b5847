using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;
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

    /// <param name="training">The group of the training routes.</param>
    public static void MapRetrainingList(this RouteGroupBuilder training) =>
        training.MapGet("/retraining", ListAsync).WithName("ListRetrainingPolicies").WithSummary("The retraining policies of all endpoints, by their names").Produces<RetrainingListResponse>();

    private static async Task<IResult> ListAsync(IGrainFactory grains)
    {
        var endpoints = await grains.GetGrain<INameIndexGrain>(NameIndex.Retraining).ListAsync();
        var policies = await Task.WhenAll(endpoints.Select(endpoint => FindAsync(endpoint, grains)));
        return Results.Json(new RetrainingListResponse([.. policies.OfType<RetrainingSnapshot>().Select(RetrainingResponse.Of)]), ServingJson.Options);
    }

    private static async Task<RetrainingSnapshot?> FindAsync(string endpoint, IGrainFactory grains)
    {
        try
        {
            return await grains.GetGrain<IRetrainingGrain>(endpoint).GetAsync();
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
        {
            // A name is listed before its policy is first written and until after it is deleted.
            return null;
        }
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
