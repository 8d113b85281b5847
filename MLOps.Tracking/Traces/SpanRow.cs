using System.Text.Json;

namespace MLOps.Tracking.Traces;

/// <summary>A span as it is stored, and what it says about its trace.</summary>
/// <param name="Status">OK, ERROR or UNSET.</param>
/// <param name="Content">JSON.</param>
/// <param name="Dimensions">JSON of the model and its provider; null: neither is known.</param>
/// <param name="Costs">In dollars, as the client computed them.</param>
internal sealed record SpanRow(
    string SpanId,
    string? ParentSpanId,
    string Name,
    string? Type,
    string Status,
    long Start,
    long? End,
    string Content,
    string? Dimensions,
    IReadOnlyList<KeyValuePair<string, double>> Costs,
    TokenUsage Usage,
    string? RequestPreview,
    string? ResponsePreview,
    string? Session,
    string? User)
{
    private static readonly string[] CostKeys = ["input_cost", "output_cost", "total_cost"];

    public static SpanRow Of(OtelSpan span, string traceId)
    {
        var attributes = SpanAttributes.Of(span, traceId);
        var status = span.Status switch
        {
            OtelStatus.Ok => "OK",
            OtelStatus.Error => "ERROR",
            _ => "UNSET",
        };
        var content = PythonJson.Dump(new List<KeyValuePair<string, object?>>
        {
            new("trace_id", Convert.FromHexString(span.TraceId)),
            new("span_id", Convert.FromHexString(span.SpanId)),
            new("parent_span_id", span.ParentSpanId is null ? null : Convert.FromHexString(span.ParentSpanId)),
            new("name", span.Name),
            new("start_time_unix_nano", span.Start),
            new("end_time_unix_nano", span.End),
            new("events", span.Events.Select(item => (object?)Event(item)).ToList()),
            new("status", new List<KeyValuePair<string, object?>> { new("code", "STATUS_CODE_" + status), new("message", span.StatusMessage ?? string.Empty) }),
            new("attributes", attributes.Values.Select(pair => new KeyValuePair<string, object?>(pair.Key, pair.Value)).ToList()),
        });
        List<KeyValuePair<string, object?>> dimensions = [];
        foreach (var key in (ReadOnlySpan<string>)[TraceKeys.Model, TraceKeys.Provider])
        {
            if (attributes.Text(key) is { Length: > 0 } value)
            {
                dimensions.Add(new(key, value));
            }
        }

        var isRoot = span.ParentSpanId is null;
        return new SpanRow(
            span.SpanId,
            span.ParentSpanId,
            span.Name,
            Cut(attributes.Text(TraceKeys.SpanType), 500),
            status,
            span.Start,
            span.End,
            content,
            dimensions.Count == 0 ? null : PythonJson.Dump(dimensions),
            CostsOf(attributes),
            TokenUsage.Parse(attributes.Raw(TraceKeys.SpanUsage)),
            isRoot ? Preview.Of(attributes.Raw(TraceKeys.SpanInputs), "user") : null,
            isRoot ? Preview.Of(attributes.Raw(TraceKeys.SpanOutputs), "assistant") : null,
            Cut(attributes.Text("session.id"), 8000),
            Cut(attributes.Text("user.id"), 8000));
    }

    private static List<KeyValuePair<string, object?>> Event(OtelEvent item) =>
    [
        new("name", item.Name),
        new("time_unix_nano", item.Time),
        new("attributes", item.Attributes.Select(pair => new KeyValuePair<string, object?>(pair.Key, Finite(pair.Value))).ToList()),
    ];

    /// <summary>JSON has no NaN.</summary>
    private static object? Finite(object? value) => value switch
    {
        double number when !double.IsFinite(number) => PythonJson.Number(number),
        List<KeyValuePair<string, object?>> members => members.ConvertAll(pair => new KeyValuePair<string, object?>(pair.Key, Finite(pair.Value))),
        List<object?> items => items.ConvertAll(Finite),
        _ => value,
    };

    private static List<KeyValuePair<string, double>> CostsOf(SpanAttributes attributes)
    {
        var costs = new List<KeyValuePair<string, double>>();
        if (PythonJson.TryParse(attributes.Raw(TraceKeys.Cost)) is { ValueKind: JsonValueKind.Object } given)
        {
            foreach (var key in CostKeys)
            {
                if (given.TryGetProperty(key, out var cost) && cost.ValueKind == JsonValueKind.Number && cost.GetDouble() is var value && double.IsFinite(value))
                {
                    costs.Add(new(key, value));
                }
            }
        }

        return costs;
    }

    private static string? Cut(string? text, int limit) => text is null ? null : Contracts.Text.CodePoints.Cut(text, limit);
}
