using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using MLOps.Connections;
using MLOps.Connections.Links;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Hosting;
using MLOps.Gateway.Problems;

namespace MLOps.Gateway.Endpoints;

/// <summary>Serving endpoints: deploy, list, score.</summary>
public static class EndpointsApi
{
    public static IHostApplicationBuilder AddEndpointsApi(this IHostApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddMetrics();
        builder.Services.AddSingleton<ServingMetrics>();
        builder.Services.AddSingleton<RoutingTable>();
        builder.Services.AddSingleton<CaptureQueue>();
        builder.Services.AddSingleton<ShadowQueue>();
        builder.Services.AddSingleton<RequestLog>();
        builder.Services.AddSingleton<EndpointReporter>();
        builder.Services.AddSingleton<HedgedCall>();
        builder.Services.TryAddSingleton<SocketConnections>();
        builder.Services.AddSingleton<LinkClient>();
        builder.Services.AddSingleton<ReplicaCalls>();
        builder.Services.AddSingleton<EndpointInvoker>();
        builder.Services.AddHostedService(services => services.GetRequiredService<CaptureQueue>());
        builder.Services.AddHostedService(services => services.GetRequiredService<ShadowQueue>());
        builder.Services.AddHostedService(services => services.GetRequiredService<RequestLog>());
        builder.Services.AddHostedService(services => services.GetRequiredService<EndpointReporter>());
        builder.Services.AddHostedService<RoutingRenewal>();
        return builder;
    }

    public static WebApplication MapEndpointsApi(this WebApplication app)
    {
        var serving = app.MapGroup("").WithTags("Serving").WithProblems();
        serving.MapPost("/api/v1/mlflow/serving/deploy", DeployAsync).WithName("DeployEndpoint").WithSummary("Create or change an endpoint").WithBody<DeployRequest>().WithProblems(StatusCodes.Status409Conflict).Produces<EndpointResponse>();
        serving.MapPost("/mlops/deploy", DeployAsync).WithName("DeployModel").WithSummary("The same as /api/v1/mlflow/serving/deploy").WithBody<DeployRequest>().WithProblems(StatusCodes.Status409Conflict).Produces<EndpointResponse>();
        serving.MapGet("/api/v1/mlflow/serving/endpoints", ListAsync).WithName("ListEndpoints").WithSummary("All endpoints with their counts").Produces<EndpointListResponse>();
        serving.MapGet("/mlops/models", ListAsync).WithName("ListDeployedModels").WithSummary("The same as /api/v1/mlflow/serving/endpoints").Produces<EndpointListResponse>();
        serving.MapGet("/api/v1/mlflow/serving/endpoints/{name}", GetAsync).WithName("GetEndpoint").WithSummary("One endpoint").Produces<EndpointResponse>();
        serving.MapDelete("/api/v1/mlflow/serving/endpoints/{name}", DeleteAsync).WithName("DeleteEndpoint").WithSummary("Stop serving").Produces(StatusCodes.Status204NoContent);
        serving.MapEndpointOperations();
        return app;
    }

    private static async Task<IResult> DeployAsync(HttpContext context, IGrainFactory grains, ServingMetrics metrics, CancellationToken cancellationToken)
    {
        var request = await JsonBody.ReadAsync<DeployRequest>(context, "{\"endpoint\", \"model_uri\"} or {\"endpoint\", \"variants\"}", cancellationToken);
        EndpointName.Check(request.Endpoint, "endpoint name");
        var endpoint = await grains.GetGrain<IEndpointGrain>(request.Endpoint!).DeployAsync(request.ToSpec(), Caller.Of(context), request.ToRunningCanary());
        return Json(EndpointResponse.Of(endpoint, metrics.Of(endpoint.Name)));
    }

    private static async Task<IResult> ListAsync(IGrainFactory grains, ServingMetrics metrics)
    {
        var endpoints = new List<EndpointResponse>();
        foreach (var name in await grains.GetGrain<INameIndexGrain>(NameIndex.Endpoints).ListAsync())
        {
            try
            {
                endpoints.Add(EndpointResponse.Of(await grains.GetGrain<IEndpointGrain>(name).GetAsync(), metrics.Of(name)));
            }
            catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
            {
                // A name is listed before its endpoint is first written and until after it is deleted.
                continue;
            }
        }

        return Json(new EndpointListResponse(endpoints));
    }

    private static async Task<IResult> GetAsync(string name, IGrainFactory grains, ServingMetrics metrics)
    {
        EndpointName.Check(name, "endpoint name");
        return Json(EndpointResponse.Of(await grains.GetGrain<IEndpointGrain>(name).GetAsync(), metrics.Of(name)));
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, string name, IGrainFactory grains)
    {
        EndpointName.Check(name, "endpoint name");
        await grains.GetGrain<IEndpointGrain>(name).UndeployAsync(Caller.Of(context));
        return Results.NoContent();
    }

    private static IResult Json(object value) => Results.Json(value, ServingJson.Options);
}
