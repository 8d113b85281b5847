namespace MLOps.Tracking.Traces;

/// <summary>A span as OpenTelemetry sends it.</summary>
/// <param name="TraceId">32 hexadecimal digits.</param>
/// <param name="SpanId">16 hexadecimal digits.</param>
/// <param name="ParentSpanId">16 hexadecimal digits; null: a root.</param>
/// <param name="Start">Unix nanoseconds.</param>
/// <param name="End">Unix nanoseconds; null while it runs.</param>
/// <param name="Attributes">Values are null, string, bool, long, double, byte[], lists of such, or lists of named such.</param>
public sealed record OtelSpan(
    string TraceId,
    string SpanId,
    string? ParentSpanId,
    string Name,
    long Start,
    long? End,
    OtelStatus Status,
    string? StatusMessage,
    IReadOnlyList<KeyValuePair<string, object?>> Attributes,
    IReadOnlyList<OtelEvent> Events)
{
    /// <summary>The id under which MLflow keeps the trace: the client's own, or made from OpenTelemetry's.</summary>
    public string MlflowTraceId
    {
        get
        {
            var given = Attributes.LastOrDefault(attribute => attribute.Key == TraceKeys.SpanTraceId).Value as string;
            var text = given is null ? null : PythonJson.TryParse(given) is { ValueKind: System.Text.Json.JsonValueKind.String } json ? PythonJson.Text(json) : given;
            return text is { Length: > 0 and <= 50 } ? text : "tr-" + TraceId;
        }
    }
}

/// <summary>OpenTelemetry's status of a span.</summary>
public enum OtelStatus
{
    Unset = 0,
    Ok,
    Error,
}

/// <param name="Time">Unix nanoseconds.</param>
/// <param name="Attributes">As of spans.</param>
public sealed record OtelEvent(string Name, long Time, IReadOnlyList<KeyValuePair<string, object?>> Attributes);
