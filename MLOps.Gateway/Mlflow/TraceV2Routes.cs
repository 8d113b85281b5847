using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MLOps.Tracking.Traces;

namespace MLOps.Gateway.Mlflow;

/// <summary><c>2.0/mlflow/traces*</c>: the deprecated calls of older clients, and the links, which have no others.</summary>
internal static class TraceV2Routes
{
    private const string Traces = "/2.0/mlflow/traces";

    public static void Map(MlflowRoutes routes)
    {
        routes.Traced(HttpMethods.Post, Traces, StartAsync);
        routes.Traced(HttpMethods.Get, Traces, SearchAsync);
        routes.Traced(HttpMethods.Patch, Traces + "/{request_id}", EndAsync);
        routes.Traced(HttpMethods.Get, Traces + "/{request_id}/info", GetAsync);
        routes.Traced(HttpMethods.Patch, Traces + "/{request_id}/tags", call => TraceRoutes.SetTagAsync(call, "request_id"));
        routes.Traced(HttpMethods.Delete, Traces + "/{request_id}/tags", call => TraceRoutes.DeleteTagAsync(call, "request_id"));
        routes.Traced(HttpMethods.Post, Traces + "/delete-traces", TraceRoutes.DeleteAsync);
        routes.Traced(HttpMethods.Post, Traces + "/link-to-run", LinkRunAsync);
        routes.Traced(HttpMethods.Post, Traces + "/link-prompts", LinkPromptsAsync);
    }

    private static async Task StartAsync(MlflowCall call)
    {
        var request = call.Request;
        var trace = await TraceRoutes.Store(call).StartTraceAsync(request.Required("experiment_id"), request.Long("timestamp_ms") ?? 0, request.Pairs("request_metadata"), request.Pairs("tags"), call.Cancelled);
        await call.AnswerAsync("trace_info", trace, TraceJson.InfoV2);
    }

    private static async Task EndAsync(MlflowCall call)
    {
        var request = call.Request;
        var trace = await TraceRoutes.Store(call).EndTraceAsync(
            TraceRoutes.Id(call, "request_id"),
            request.Long("timestamp_ms") ?? 0,
            Status(request.Element("status", null)),
            request.Pairs("request_metadata"),
            request.Pairs("tags"),
            call.Cancelled);
        await call.AnswerAsync("trace_info", trace, TraceJson.InfoV2);
    }

    private static async Task GetAsync(MlflowCall call) =>
        await call.AnswerAsync("trace_info", await TraceRoutes.Store(call).GetTraceInfoAsync(TraceRoutes.Id(call, "request_id"), call.Cancelled), TraceJson.InfoV2);

    private static async Task SearchAsync(MlflowCall call)
    {
        var page = await TraceRoutes.Store(call).SearchTracesAsync(TraceRoutes.Query(call.Request, TraceRoutes.Required(call.Request, "experiment_ids")), call.Cancelled);
        await call.AnswerAsync(json => MlflowJson.Page(json, "traces", page, TraceJson.InfoV2));
    }

    private static async Task LinkRunAsync(MlflowCall call)
    {
        await TraceRoutes.Store(call).LinkTracesToRunAsync(TraceRoutes.Required(call.Request, "trace_ids"), call.Request.Required("run_id"), call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static async Task LinkPromptsAsync(MlflowCall call)
    {
        var prompts = call.Request.Items("prompt_versions").Select((item, index) => new PromptVersion(
            Required(item, "name", AssessmentJson.At("prompt_versions", index)),
            Required(item, "version", AssessmentJson.At("prompt_versions", index)))).ToList();
        await TraceRoutes.Store(call).LinkPromptsAsync(call.Request.Required("trace_id"), prompts.Count > 0 ? prompts : throw MlflowRequest.Missing("prompt_versions"), call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static string Required(JsonElement item, string name, string path) =>
        MlflowRequest.Text(item, name, $"{path}.{name}") is { Length: > 0 } text ? text : throw MlflowRequest.Missing($"{path}.{name}");

    private static string Status(JsonElement status) => status.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => "STATE_UNSPECIFIED",
        JsonValueKind.String when MlflowRequest.Unicode(status) is "OK" or "ERROR" or "IN_PROGRESS" => status.GetString()!,
        JsonValueKind.String when status.ValueEquals("TRACE_STATUS_UNSPECIFIED") => "STATE_UNSPECIFIED",
        JsonValueKind.Number when status.TryGetInt32(out var number) && number is >= 0 and <= 3 => number switch
        {
            1 => "OK",
            2 => "ERROR",
            3 => "IN_PROGRESS",
            _ => "STATE_UNSPECIFIED",
        },
        _ => throw MlflowRequest.WrongType("status", status),
    };
}
