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

/// <summary><c>POST /v1/traces</c>: spans as any OpenTelemetry exporter sends them. As MLflow's, it takes protobuf and answers errors as <c>{"detail": …}</c>.</summary>
internal static class OtlpRoutes
{
    private const string Protobuf = "application/x-protobuf";
    private const string ExperimentHeader = "x-mlflow-experiment-id";

    public static void Map(MlflowRoutes routes) => routes.Top(HttpMethods.Post, "/v1/traces", ExportAsync);

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

            await LogAsync(call, experiment);
            call.Http.Response.ContentType = Protobuf;
            await call.Http.Response.BodyWriter.WriteAsync(new ExportTraceServiceResponse().ToByteArray(), call.Cancelled);
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

    private static async Task LogAsync(MlflowCall call, string experiment)
    {
        var request = call.Http.Request;
        if (request.ContentType != Protobuf)
        {
            throw new OtlpException(StatusCodes.Status400BadRequest, $"Invalid Content-Type: {request.ContentType ?? "None"}. Expected: {Protobuf}");
        }

        var store = call.Http.RequestServices.GetRequiredService<ITraceStore>();
        var failed = new List<string>();
        var isUnavailable = false;
        foreach (var (traceId, spans) in await SpansAsync(request, call.Cancelled))
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
    private static async Task<Dictionary<string, List<OtelSpan>>> SpansAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = await OtlpBody.ReadAsync(request, cancellationToken);
        ExportTraceServiceRequest export;
        try
        {
            export = ExportTraceServiceRequest.Parser.ParseFrom(body.GetBuffer(), 0, (int)body.Length);
        }
        catch (InvalidProtocolBufferException)
        {
            throw new OtlpException(StatusCodes.Status400BadRequest, "Invalid OpenTelemetry protobuf format");
        }

        if (export.ResourceSpans.Count == 0)
        {
            throw new OtlpException(StatusCodes.Status400BadRequest, "Invalid OpenTelemetry protobuf format - no spans found");
        }

        var traces = new Dictionary<string, List<OtelSpan>>();
        foreach (var given in export.ResourceSpans.SelectMany(resource => resource.ScopeSpans).SelectMany(scope => scope.Spans))
        {
            OtelSpan span;
            try
            {
                span = OtlpSpans.Read(given);
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
