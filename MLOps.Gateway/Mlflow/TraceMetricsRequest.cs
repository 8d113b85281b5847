using System.Text.Json;
using MLOps.Tracking.Traces;

namespace MLOps.Gateway.Mlflow;

/// <summary>The body of <c>traces/metrics</c>, and its answer's points.</summary>
internal static class TraceMetricsRequest
{
    private static readonly string[] Kinds = ["COUNT", "SUM", "AVG", "PERCENTILE"];

    public static QueryTraceMetrics Read(MlflowRequest request, int maxPoints)
    {
        var experiments = TraceRoutes.Required(request, "experiment_ids");
        var view = View(request.Element("view_type", null));
        var metric = request.Required("metric_name");
        var aggregations = request.Items("aggregations").Select((item, index) => Aggregation(item, AssessmentJson.At("aggregations", index))).ToList();
        return new QueryTraceMetrics(
            experiments,
            view,
            metric,
            aggregations.Count > 0 ? aggregations : throw MlflowRequest.Missing("aggregations"),
            request.Texts("dimensions"),
            request.Texts("filters"),
            request.Long("time_interval_seconds"),
            request.Long("start_time_ms"),
            request.Long("end_time_ms"),
            MlflowRules.MaxResults(request, maxPoints, maxPoints));
    }

    public static void Write(Utf8JsonWriter json, TraceMetricPoint point)
    {
        json.WriteStartObject();
        json.WriteString("metric_name", point.Metric);
        if (point.Dimensions.Count > 0)
        {
            json.WriteStartObject("dimensions");
            foreach (var (name, value) in point.Dimensions)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        json.WriteStartObject("values");
        foreach (var (name, value) in point.Values)
        {
            json.WriteNumber(name, value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static TraceMetricView View(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => throw MlflowRequest.Missing("view_type"),
        JsonValueKind.String when element.ValueEquals("TRACES") => TraceMetricView.Traces,
        JsonValueKind.String when element.ValueEquals("SPANS") => TraceMetricView.Spans,
        JsonValueKind.String when element.ValueEquals("ASSESSMENTS") => TraceMetricView.Assessments,
        JsonValueKind.Number when element.TryGetInt32(out var number) && number is >= 1 and <= 3 => (TraceMetricView)number,
        _ => throw MlflowRequest.WrongType("view_type", element),
    };

    private static TraceMetricAggregation Aggregation(JsonElement item, string path)
    {
        var type = MlflowRequest.Property(item, "aggregation_type");
        var kind = type.ValueKind switch
        {
            JsonValueKind.String when Kinds.Contains(MlflowRequest.Unicode(type)) => type.GetString()!,
            JsonValueKind.Number when type.TryGetInt32(out var number) && number >= 1 && number <= Kinds.Length => Kinds[number - 1],
            JsonValueKind.Undefined or JsonValueKind.Null => throw MlflowRequest.Missing(path + ".aggregation_type"),
            _ => throw MlflowRequest.WrongType(path + ".aggregation_type", type),
        };
        if (kind != "PERCENTILE")
        {
            return new TraceMetricAggregation(kind, 0);
        }

        var percentile = MlflowRequest.Property(item, "percentile_value");
        return new TraceMetricAggregation(
            kind,
            percentile.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null
                ? throw MlflowRequest.Invalid("percentile_value is required for PERCENTILE aggregation")
                : MlflowRequest.Double(percentile) ?? throw MlflowRequest.WrongType(path + ".percentile_value", percentile));
    }
}
