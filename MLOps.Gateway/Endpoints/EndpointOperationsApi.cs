using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Hosting;
using MLOps.Gateway.Problems;
using MLOps.Tracking;

namespace MLOps.Gateway.Endpoints;

/// <summary>What goes on behind an endpoint: counts, shadows, canary, A/B test, history, kept requests and their outcomes.</summary>
internal static class EndpointOperationsApi
{
    /// <summary>Outcomes of one transaction: other writers wait for it. A request that is cut short is sent again, which changes nothing.</summary>
    private const int FeedbackTransaction = 500;

    public static void MapEndpointOperations(this RouteGroupBuilder serving)
    {
        var endpoint = serving.MapGroup("/api/v1/mlflow/serving/endpoints/{name}");
        endpoint.MapGet("/insight", InsightAsync).WithName("GetEndpointInsight").WithSummary("Counts, shadow differences, canary and A/B test over all gateways").Produces<InsightResponse>();
        endpoint.MapGet("/history", HistoryAsync).WithName("GetEndpointHistory").WithSummary("What the endpoint went through and why, newest first").Produces<EndpointHistoryResponse>();
        endpoint.MapPost("/canary/promote", PromoteAsync).WithName("PromoteCanary").WithSummary("Give the canary all traffic now").WithProblems(StatusCodes.Status409Conflict).Produces<EndpointResponse>();
        endpoint.MapPost("/canary/abort", AbortAsync).WithName("AbortCanary").WithSummary("Take the canary's traffic away now").WithProblems(StatusCodes.Status409Conflict).Produces<EndpointResponse>();
        endpoint.MapPost("/feedback", FeedbackAsync).WithName("SendFeedback").WithSummary("Attach outcomes to requests by their ids").WithBody<FeedbackRequest>().WithProblems(StatusCodes.Status413PayloadTooLarge).Produces<FeedbackResponse>();
        endpoint.MapGet("/requests", RequestsAsync).WithName("ListCapturedRequests").WithSummary("Requests that are kept, newest first").Produces<CapturedRequestListResponse>();
        endpoint.MapGet("/requests/{id}", RequestAsync).WithName("GetCapturedRequest").WithSummary("One kept request with its payload and outcomes").Produces<CapturedRequestResponse>();
    }

    private static async Task<IResult> InsightAsync(string name, IGrainFactory grains) =>
        Json(InsightResponse.Of(await Grain(name, grains).InspectAsync()));

    private static async Task<IResult> HistoryAsync(string name, IServingStore store, int max_results = Paging.Default, string? page_token = null)
    {
        EndpointName.Check(name, "endpoint name");
        var page = await store.GetEventsAsync(name, Paging.Check(max_results), page_token);
        return page.Items.Count > 0 || page_token is not null
            ? Json(new EndpointHistoryResponse(page.Items.Select(EndpointEventResponse.Of), page.NextPageToken))
            : throw new MLOpsException(ProblemCode.NotFound, $"Endpoint '{name}' has no history: there never was one of that name.");
    }

    private static Task<IResult> PromoteAsync(HttpContext context, string name, IGrainFactory grains, ServingMetrics metrics) =>
        CommandAsync(context, name, CanaryCommand.Promote, grains, metrics);

    private static Task<IResult> AbortAsync(HttpContext context, string name, IGrainFactory grains, ServingMetrics metrics) =>
        CommandAsync(context, name, CanaryCommand.Abort, grains, metrics);

    private static async Task<IResult> CommandAsync(HttpContext context, string name, CanaryCommand command, IGrainFactory grains, ServingMetrics metrics)
    {
        var endpoint = await Grain(name, grains).CommandCanaryAsync(command, Caller.Of(context));
        return Json(EndpointResponse.Of(endpoint, metrics.Of(name)));
    }

    private static async Task<IResult> FeedbackAsync(
        HttpContext context,
        string name,
        RoutingTable routes,
        RequestLog requests,
        IServingStore store,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        EndpointName.Check(name, "endpoint name");
        var body = await JsonBody.ReadAsync<FeedbackRequest>(context, "{\"request_id\", \"metric\", \"value\"} or {\"outcomes\": [...]}", cancellationToken, FeedbackRequest.MaxBytes);
        var outcomes = body.ToOutcomes(time.GetUtcNow().ToUnixTimeMilliseconds());
        await routes.GetAsync(name);

        // The request itself may still be on its way to the store.
        await requests.DrainAsync(cancellationToken);
        int accepted = 0, duplicates = 0;
        List<string> conflicting = [], unknown = [];
        foreach (var chunk in outcomes.Chunk(FeedbackTransaction))
        {
            var result = await store.RecordOutcomesAsync(name, chunk, cancellationToken);
            accepted += result.Accepted;
            duplicates += result.Duplicates;
            conflicting.AddRange(result.Conflicting);
            unknown.AddRange(result.Unknown);
        }

        return Json(new FeedbackResponse(accepted, duplicates, conflicting, unknown));
    }

    private static async Task<IResult> RequestsAsync(string name, IServingStore store, int max_results = Paging.Default, string? page_token = null)
    {
        EndpointName.Check(name, "endpoint name");
        var page = await store.GetRequestsAsync(name, Paging.Check(max_results), page_token);
        return Json(new CapturedRequestListResponse(page.Items.Select(CapturedRequestResponse.Of), page.NextPageToken));
    }

    private static async Task<IResult> RequestAsync(string name, string id, IServingStore store)
    {
        EndpointName.Check(name, "endpoint name");
        return await store.GetRequestAsync(name, id) is { } request
            ? Json(CapturedRequestResponse.Of(request))
            : throw new MLOpsException(ProblemCode.NotFound, $"Endpoint '{name}' keeps no such request: it may be older than its retention, or was never captured.");
    }

    private static IEndpointGrain Grain(string name, IGrainFactory grains)
    {
        EndpointName.Check(name, "endpoint name");
        return grains.GetGrain<IEndpointGrain>(name);
    }

    private static IResult Json(object value) => Results.Json(value, ServingJson.Options);
}
