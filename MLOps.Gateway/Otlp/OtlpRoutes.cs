using System.Net.Mime;
using System.Text.Json;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Mlflow;
using MLOps.Gateway.Otlp.Messages;
using MLOps.Tracking;
using MLOps.Tracking.Traces;

namespace MLOps.Gateway.Otlp;

/// <summary><c>POST /v1/traces</c>: spans as any OpenTelemetry exporter sends them. As MLflow's, it takes protobuf and JSON and answers errors as <c>{"detail": …}</c>.</summary>
internal static class OtlpRoutes
{
    public const string Path = "/v1/traces";
    private const string Protobuf = "application/x-protobuf";
    private const string Json = MediaTypeNames.Application.Json;
    private const string ExperimentHeader = "x-mlflow-experiment-id";

    public static void Map(MlflowRoutes routes) => routes.Top(HttpMethods.Post, Path, ExportAsync);

    private static async Task ExportAsync(MlflowCall call)
    {
        try
        {
            if (await TracePassing.TryAsync(call))
            {
                return;
            }

            if (call.Http.Request.Headers[ExperimentHeader] is not [{ Length: > 0 } experiment])
            {
                await RefuseAsync(call.Http.Response, StatusCodes.Status422UnprocessableEntity, WriteMissingHeader);
                return;
            }

            var type = MediaType(call.Http.Request);
            await LogAsync(call, experiment, type);
            call.Http.Response.ContentType = type;
            await call.Http.Response.BodyWriter.WriteAsync(type == Json ? "{}"u8.ToArray() : new ExportTraceServiceResponse().ToByteArray(), call.Cancelled);
        }
        catch (OtlpException exception)
        {
            await RefuseAsync(call.Http.Response, exception.Status, json => json.WriteString("detail", exception.Message));
        }
        catch (MLOpsException exception)
        {
            await RefuseAsync(call.Http.Response, MlflowErrors.Of(exception.Code).Status, json => json.WriteString("detail", exception.Message));
        }
    }

    /// <returns>One of the two that are understood.</returns>
    private static string MediaType(HttpRequest request) =>
        Array.Find([Protobuf, Json], type => request.ContentType?.Split(';')[0].Trim().Equals(type, StringComparison.OrdinalIgnoreCase) == true)
        ?? throw new OtlpException(StatusCodes.Status400BadRequest, $"Invalid Content-Type: {request.ContentType ?? "None"}. Expected: {Protobuf} or {Json}");

    private static async Task LogAsync(MlflowCall call, string experiment, string mediaType)
    {
        var request = call.Http.Request;
        var store = call.Http.RequestServices.GetRequiredService<ITraceStore>();
        var failed = new List<string>();
        var isUnavailable = false;
        foreach (var (traceId, spans) in await SpansAsync(request, mediaType, call.Cancelled))
        {
            try
            {
                await store.LogSpansAsync(experiment, traceId, spans, call.Cancelled);
            }
            catch (MLOpsException exception)
            {
                failed.Add($"Trace {traceId}: {exception.Message}");
                isUnavailable |= exception.Code is ProblemCode.Unavailable or ProblemCode.DeadlineExceeded or ProblemCode.ResourceExhausted;
            }
        }

        // Exporters send a 503 again, and drop what was answered with 422.
        if (failed.Count > 0)
        {
            throw new OtlpException(
                isUnavailable ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status422UnprocessableEntity,
                $"Failed to log OpenTelemetry spans: {string.Join('\n', failed)}");
        }
    }

    /// <summary>Spans by trace, in the order in which the traces came.</summary>
    private static async Task<Dictionary<string, List<OtelSpan>>> SpansAsync(HttpRequest request, string mediaType, CancellationToken cancellationToken)
    {
        using var body = await OtlpBody.ReadAsync(request, cancellationToken);
        ExportTraceServiceRequest export;
        try
        {
            export = mediaType == Json ? OtlpJson.Read(body) : ExportTraceServiceRequest.Parser.ParseFrom(body.GetBuffer(), 0, (int)body.Length);
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or FormatException)
        {
            throw new OtlpException(StatusCodes.Status400BadRequest, "Invalid OpenTelemetry format");
        }

        if (export.ResourceSpans.Count == 0)
        {
            throw new OtlpException(StatusCodes.Status400BadRequest, "Invalid OpenTelemetry format - no spans found");
        }

        var traces = new Dictionary<string, List<OtelSpan>>();
        foreach (var (resource, given) in export.ResourceSpans.SelectMany(part => part.ScopeSpans.SelectMany(scope => scope.Spans), (part, span) => (part.Resource, span)))
        {
            OtelSpan span;
            try
            {
                span = OtlpSpans.Read(given, resource);
            }
            catch (FormatException exception)
            {
                throw new OtlpException(StatusCodes.Status422UnprocessableEntity, $"Cannot convert OpenTelemetry span to MLflow span: {exception.Message}");
            }

            if (!traces.TryGetValue(span.MlflowTraceId, out var spans))
            {
                traces[span.MlflowTraceId] = spans = [];
            }

            spans.Add(span);
        }

        return traces;
    }

    /// <summary>As the framework of MLflow's server says it.</summary>
    private static void WriteMissingHeader(Utf8JsonWriter json)
    {
        json.WriteStartArray("detail");
        json.WriteStartObject();
        json.WriteString("type", "missing");
        json.WriteStartArray("loc");
        json.WriteStringValue("header");
        json.WriteStringValue(ExperimentHeader);
        json.WriteEndArray();
        json.WriteString("msg", "Field required");
        json.WriteNull("input");
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static async Task RefuseAsync(HttpResponse response, int status, Action<Utf8JsonWriter> write)
    {
        response.StatusCode = status;
        response.ContentType = MediaTypeNames.Application.Json;
        await using var json = new Utf8JsonWriter(response.BodyWriter, MlflowJson.WriterOptions);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
    }
}
