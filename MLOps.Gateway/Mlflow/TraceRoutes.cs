using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Problems;
using MLOps.Tracking;
using MLOps.Tracking.Traces;

namespace MLOps.Gateway.Mlflow;

/// <summary><c>3.0/mlflow/traces*</c>.</summary>
internal static class TraceRoutes
{
    private const string Traces = "/3.0/mlflow/traces";
    private const int DefaultSearch = 100;
    private const int MaxSearch = 500;
    private const int MaxMetricPoints = 1000;
    private const string SpansFile = "traces.json";

    public static void Map(MlflowRoutes routes)
    {
        routes.Traced(HttpMethods.Post, Traces, StartAsync);
        routes.Traced(HttpMethods.Get, Traces + "/{trace_id}", GetInfoAsync);
        routes.Traced(HttpMethods.Get, Traces + "/get", GetAsync);
        routes.Traced(HttpMethods.Get, Traces + "/batchGet", BatchGetAsync);
        routes.Traced(HttpMethods.Post, Traces + "/batchGetInfos", BatchGetInfosAsync);
        routes.Traced(HttpMethods.Post, Traces + "/search", SearchAsync);
        routes.Traced(HttpMethods.Post, Traces + "/delete-traces", DeleteAsync);
        routes.Traced(HttpMethods.Patch, Traces + "/{trace_id}/tags", SetTagAsync);
        routes.Traced(HttpMethods.Delete, Traces + "/{trace_id}/tags", DeleteTagAsync);
        routes.Traced(HttpMethods.Post, Traces + "/calculate-filter-correlation", CorrelateAsync);
        routes.Traced(HttpMethods.Post, Traces + "/metrics", MetricsAsync);
        routes.Traced(HttpMethods.Get, "/2.0/mlflow/get-trace-artifact", GetArtifactAsync);
        routes.Traced(HttpMethods.Get, "/3.0/mlflow/get-trace-artifact", GetArtifactAsync);
    }

    public static ITraceStore Store(MlflowCall call) => call.Http.RequestServices.GetRequiredService<ITraceStore>();

    public static string Id(MlflowCall call, string name) => call.Http.GetRouteValue(name) as string ?? throw MlflowRequest.Missing(name);

    public static async Task DeleteAsync(MlflowCall call)
    {
        var request = call.Request;
        var deleted = await Store(call).DeleteTracesAsync(
            new DeleteTraces(request.Required("experiment_id"), request.Long("max_timestamp_millis"), request.Long("max_traces"), request.Texts("request_ids")),
            call.Cancelled);
        await call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("traces_deleted", deleted);
            json.WriteEndObject();
        });
    }

    public static Task SetTagAsync(MlflowCall call) => SetTagAsync(call, "trace_id");

    public static async Task SetTagAsync(MlflowCall call, string id)
    {
        var key = MlflowRules.Key(call.Request.Required("key"), "key", "key");
        await Store(call).SetTraceTagAsync(Id(call, id), key, call.Request.Text("value") ?? string.Empty, call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    public static Task DeleteTagAsync(MlflowCall call) => DeleteTagAsync(call, "trace_id");

    public static async Task DeleteTagAsync(MlflowCall call, string id)
    {
        await Store(call).DeleteTraceTagAsync(Id(call, id), call.Request.Required("key"), call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    public static SearchTraces Query(MlflowRequest request, IReadOnlyList<string> experimentIds) => new(
        experimentIds,
        request.Text("filter"),
        request.Texts("order_by"),
        MlflowRules.MaxResults(request, DefaultSearch, MaxSearch),
        request.Text("page_token"));

    private static async Task StartAsync(MlflowCall call)
    {
        var given = call.Request.Element("trace", null);
        if (given.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            throw MlflowRequest.Missing("trace");
        }

        var trace = await Store(call).StartTraceAsync(Read(MlflowRequest.Property(given, "trace_info")), call.Cancelled);
        await AnswerAsync(call, trace);
    }

    private static async Task GetInfoAsync(MlflowCall call) => await AnswerAsync(call, await Store(call).GetTraceInfoAsync(Id(call, "trace_id"), call.Cancelled));

    private static async Task GetAsync(MlflowCall call)
    {
        var id = call.Request.Required("trace_id");
        var isPartialFine = call.Request.Flag("allow_partial");
        var trace = await FindAsync(call, id) ?? throw new MLOpsException(ProblemCode.NotFound, $"Trace with ID {id} is not found.");
        if (!trace.HasSpansHere)
        {
            throw new MLOpsException(ProblemCode.NotFound, "Trace data not stored in tracking store");
        }

        if (!isPartialFine && !trace.IsComplete)
        {
            throw new MLOpsException(ProblemCode.NotFound, $"Trace with ID {id} is not fully exported yet, please try again later.");
        }

        await call.AnswerAsync("trace", trace, TraceJson.Whole);
    }

    private static async Task BatchGetAsync(MlflowCall call)
    {
        var traces = await Store(call).GetTracesAsync(Required(call.Request, "trace_ids"), call.Cancelled);
        await AnswerListAsync(call, "traces", [.. traces.Where(trace => trace.HasSpansHere && trace.IsComplete && trace.Spans.Count > 0)], TraceJson.Whole);
    }

    private static async Task BatchGetInfosAsync(MlflowCall call) =>
        await AnswerListAsync(call, "trace_infos", await Store(call).GetTraceInfosAsync(Required(call.Request, "trace_ids"), call.Cancelled), TraceJson.Info);

    private static async Task SearchAsync(MlflowCall call)
    {
        if (call.Request.Element("locations", null).ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            throw MlflowRequest.Missing("locations");
        }

        // MLflow's page of judges asks for the traces of no experiment.
        var experiments = call.Request.Items("locations")
            .Select((location, index) => MlflowRequest.Text(MlflowRequest.Property(location, "mlflow_experiment"), "experiment_id", AssessmentJson.At("locations", index) + ".mlflow_experiment.experiment_id"))
            .OfType<string>()
            .ToList();
        var page = await Store(call).SearchTracesAsync(Query(call.Request, experiments), call.Cancelled);
        await call.AnswerAsync(json => MlflowJson.Page(json, "traces", page, TraceJson.Info));
    }

    private static async Task CorrelateAsync(MlflowCall call)
    {
        var request = call.Request;
        var result = await Store(call).CorrelateFiltersAsync(
            new CorrelateFilters(Required(request, "experiment_ids"), request.Required("filter_string1"), request.Required("filter_string2"), request.Text("base_filter")),
            call.Cancelled);
        await call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            Number(json, "npmi", result.Npmi);
            Number(json, "npmi_smoothed", result.Smoothed);
            json.WriteNumber("filter1_count", result.First);
            json.WriteNumber("filter2_count", result.Second);
            json.WriteNumber("joint_count", result.Joint);
            json.WriteNumber("total_count", result.Total);
            json.WriteEndObject();
        });
    }

    private static async Task MetricsAsync(MlflowCall call)
    {
        var points = await Store(call).QueryTraceMetricsAsync(TraceMetricsRequest.Read(call.Request, MaxMetricPoints), call.Cancelled);
        await AnswerListAsync(call, "data_points", points, TraceMetricsRequest.Write);
    }

    /// <summary>The spans as a file: from the store, or the one that a client has put among the trace's artifacts.</summary>
    private static async Task GetArtifactAsync(MlflowCall call)
    {
        var id = call.Http.Request.Query["request_id"] is [{ Length: > 0 } given, ..]
            ? given
            : throw new MLOpsException(ProblemCode.Rejected, "Request must include the \"request_id\" query parameter.");
        var trace = await FindAsync(call, id) ?? throw new MLOpsException(ProblemCode.NotFound, $"Trace with ID {id} is not found.");
        var attachment = call.Http.Request.Query["path"] is [{ Length: > 0 } path, ..] ? Attachment(path) : null;
        if (attachment is not null || !trace.HasSpansHere)
        {
            var root = trace.Info.Tags.FirstOrDefault(tag => tag.Key == "mlflow.artifactLocation").Value ?? throw new MLOpsException(ProblemCode.NotFound, $"Trace data for trace {id} is not found.");
            await ArtifactRoutes.AnswerFileAsync(call, root, attachment ?? SpansFile);
            return;
        }

        call.Http.Response.Headers.ContentDisposition = "attachment; filename=" + SpansFile;
        await call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("spans");
            foreach (var span in trace.Spans)
            {
                json.WriteRawValue(span);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
        call.Http.Response.ContentType = System.Net.Mime.MediaTypeNames.Text.Plain;
    }

    /// <summary>Where the client has put an image, a sound or another file that a span refers to.</summary>
    private static string Attachment(string id) => Guid.TryParseExact(id, "D", out var parsed) && parsed.ToString("D") == id
        ? "attachments/" + id
        : throw MlflowRequest.Invalid($"Invalid attachment path: '{id}'. Attachment path must be a valid UUID.");

    private static async Task<Trace?> FindAsync(MlflowCall call, string id) => (await Store(call).GetTracesAsync([id], call.Cancelled)) is [var trace] ? trace : null;

    private static TraceInfo Read(JsonElement info)
    {
        const string Path = "trace.trace_info";
        var id = MlflowRequest.Text(info, "trace_id", Path + ".trace_id") is { Length: > 0 } given ? given : throw MlflowRequest.Missing(Path + ".trace_id");
        var experiment = MlflowRequest.Property(MlflowRequest.Property(info, "trace_location"), "mlflow_experiment");
        var assessments = MlflowRequest.Property(info, "assessments");
        return new TraceInfo(
            id,
            MlflowRequest.Text(experiment, "experiment_id", Path + ".trace_location.mlflow_experiment.experiment_id") is { Length: > 0 } number
                ? number
                : throw MlflowRequest.Missing(Path + ".trace_location.mlflow_experiment.experiment_id"),
            ProtoTime.ParseTimestamp(MlflowRequest.Property(info, "request_time"), Path + ".request_time") ?? 0,
            ProtoTime.ParseDuration(MlflowRequest.Property(info, "execution_duration"), Path + ".execution_duration"),
            State(MlflowRequest.Property(info, "state"), Path + ".state"),
            MlflowRequest.Text(info, "client_request_id", Path + ".client_request_id"),
            MlflowRequest.Text(info, "request_preview", Path + ".request_preview"),
            MlflowRequest.Text(info, "response_preview", Path + ".response_preview"),
            AssessmentJson.Map(MlflowRequest.Property(info, "tags"), Path + ".tags"),
            AssessmentJson.Map(MlflowRequest.Property(info, "trace_metadata"), Path + ".trace_metadata"),
            assessments.ValueKind switch
            {
                JsonValueKind.Undefined or JsonValueKind.Null => [],
                JsonValueKind.Array => [.. assessments.EnumerateArray().Select((item, index) => AssessmentJson.Read(item, AssessmentJson.At(Path + ".assessments", index), id))],
                _ => throw MlflowRequest.WrongType(Path + ".assessments", assessments),
            });
    }

    private static string State(JsonElement state, string path) => state.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => "STATE_UNSPECIFIED",
        JsonValueKind.String when MlflowRequest.Unicode(state) is "STATE_UNSPECIFIED" or "OK" or "ERROR" or "IN_PROGRESS" => state.GetString()!,
        JsonValueKind.Number when state.TryGetInt32(out var number) && number is >= 0 and <= 3 => number switch
        {
            1 => "OK",
            2 => "ERROR",
            3 => "IN_PROGRESS",
            _ => "STATE_UNSPECIFIED",
        },
        _ => throw MlflowRequest.WrongType(path, state),
    };

    public static IReadOnlyList<string> Required(MlflowRequest request, string name) => request.Texts(name) is { Count: > 0 } texts ? texts : throw MlflowRequest.Missing(name);

    private static Task AnswerAsync(MlflowCall call, TraceInfo trace) => call.AnswerAsync("trace", trace, (json, info) => TraceJson.Whole(json, new Trace(info, [])));

    private static Task AnswerListAsync<T>(MlflowCall call, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write) =>
        call.AnswerAsync(json => MlflowJson.Page(json, name, new Page<T>(items, null), write));

    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsNaN(value))
        {
            json.WriteString(name, "NaN");
        }
        else
        {
            json.WriteNumber(name, value);
        }
    }
}
