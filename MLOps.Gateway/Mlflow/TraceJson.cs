using System.Text.Json;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Text;
using MLOps.Tracking.Traces;

namespace MLOps.Gateway.Mlflow;

/// <summary>Traces as MLflow's protocol writes them.</summary>
internal static class TraceJson
{
    // What MLflow answers of longer ones.
    private const int MaxKey = 250;
    private const int MaxMetadata = 250;
    private const int MaxTag = 4096;

    public static void Info(Utf8JsonWriter json, TraceInfo trace)
    {
        json.WriteStartObject();
        json.WriteString("trace_id", trace.TraceId);
        Optional(json, "client_request_id", trace.ClientRequestId);
        json.WriteStartObject("trace_location");
        json.WriteString("type", "MLFLOW_EXPERIMENT");
        json.WriteStartObject("mlflow_experiment");
        json.WriteString("experiment_id", trace.ExperimentId);
        json.WriteEndObject();
        json.WriteEndObject();
        Optional(json, "request_preview", trace.RequestPreview);
        Optional(json, "response_preview", trace.ResponsePreview);
        json.WriteString("request_time", ProtoTime.Timestamp(trace.RequestTime));
        if (trace.ExecutionDuration is { } duration)
        {
            json.WriteString("execution_duration", ProtoTime.Duration(duration));
        }

        json.WriteString("state", trace.State);
        Map(json, "trace_metadata", trace.Metadata, MaxMetadata);
        if (trace.Assessments.Count > 0)
        {
            json.WriteStartArray("assessments");
            foreach (var assessment in trace.Assessments)
            {
                AssessmentJson.Write(json, assessment);
            }

            json.WriteEndArray();
        }

        Map(json, "tags", trace.Tags, MaxTag);
        json.WriteEndObject();
    }

    /// <summary>A trace in the form before version 3.</summary>
    public static void InfoV2(Utf8JsonWriter json, TraceInfo trace)
    {
        json.WriteStartObject();
        json.WriteString("request_id", trace.TraceId);
        json.WriteString("experiment_id", trace.ExperimentId);
        json.WriteNumber("timestamp_ms", trace.RequestTime);
        json.WriteNumber("execution_time_ms", trace.ExecutionDuration ?? 0);
        json.WriteString("status", trace.State == "STATE_UNSPECIFIED" ? "TRACE_STATUS_UNSPECIFIED" : trace.State);
        MlflowJson.Pairs(json, "request_metadata", Cut(trace.Metadata, MaxMetadata));
        MlflowJson.Pairs(json, "tags", Cut(trace.Tags, MaxTag));
        json.WriteEndObject();
    }

    /// <summary>A trace with its spans, in OpenTelemetry's form.</summary>
    public static void Whole(Utf8JsonWriter json, Trace trace)
    {
        json.WriteStartObject();
        json.WritePropertyName("trace_info");
        Info(json, trace.Info);
        if (trace.Spans.Count > 0)
        {
            json.WriteStartArray("spans");
            foreach (var span in trace.Spans)
            {
                SpanJson.Write(json, span);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    public static void Map(Utf8JsonWriter json, string name, IReadOnlyList<KeyValue> pairs, int maxValue)
    {
        if (pairs.Count == 0)
        {
            return;
        }

        json.WriteStartObject(name);
        foreach (var pair in Cut(pairs, maxValue))
        {
            json.WriteString(pair.Key, pair.Value);
        }

        json.WriteEndObject();
    }

    public static void Optional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static List<KeyValue> Cut(IReadOnlyList<KeyValue> pairs, int maxValue) =>
        [.. pairs.Select(pair => new KeyValue(CodePoints.Cut(pair.Key, MaxKey), CodePoints.Cut(pair.Value, maxValue)))];
}
