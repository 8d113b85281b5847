using System.Collections.Frozen;
using Google.Protobuf;
using MLOps.Gateway.Otlp.Messages;
using MLOps.Tracking.Traces;

namespace MLOps.Gateway.Otlp;

/// <summary>OTLP's spans as ours.</summary>
internal static class OtlpSpans
{
    private const int TraceIdBytes = 16;
    private const int SpanIdBytes = 8;

    private const string ServiceName = "service.name";

    /// <summary>Programs whose name MLflow shows on their root spans; other services are not told apart there.</summary>
    private static readonly FrozenSet<string> ShownServices = FrozenSet.ToFrozenSet(["claude-code", "codex_cli_rs", "codex_vscode", "gemini-cli", "qwen-code"]);

    /// <param name="resource">Who sends the span; null: not told.</param>
    /// <exception cref="FormatException">An id is missing or too long, or a time is beyond what 63 bits of nanoseconds hold.</exception>
    public static OtelSpan Read(Span span, Resource? resource)
    {
        var read = Read(span);
        return read.ParentSpanId is null && resource?.Attributes.FirstOrDefault(attribute => attribute.Key == ServiceName)?.Value?.StringValue is { } service && ShownServices.Contains(service)
            ? read with { Attributes = [.. read.Attributes.Where(attribute => attribute.Key != ServiceName), new(ServiceName, service)] }
            : read;
    }

    private static OtelSpan Read(Span span) => new(
        Id(span.TraceId, TraceIdBytes, "trace_id"),
        Id(span.SpanId, SpanIdBytes, "span_id"),
        span.ParentSpanId.All(digit => digit == 0) ? null : Id(span.ParentSpanId, SpanIdBytes, "parent_span_id"),
        span.Name,
        Time(span.StartTimeUnixNano),
        span.EndTimeUnixNano == 0 ? null : Time(span.EndTimeUnixNano),
        span.Status?.Code switch
        {
            Status.Types.StatusCode.Ok => OtelStatus.Ok,
            Status.Types.StatusCode.Error => OtelStatus.Error,
            _ => OtelStatus.Unset,
        },
        span.Status?.Message,
        Attributes(span.Attributes),
        [.. span.Events.Select(item => new OtelEvent(item.Name, Time(item.TimeUnixNano), Attributes(item.Attributes)))]);

    /// <summary>All zeros are taken, as MLflow takes them, though OpenTelemetry's own programs never send them.</summary>
    private static string Id(ByteString bytes, int length, string name) => bytes.Length > 0 && bytes.Length <= length
        ? Convert.ToHexStringLower(bytes.Span).PadLeft(length * 2, '0')
        : throw new FormatException($"{name} has {bytes.Length} bytes: expected {length}.");

    private static long Time(ulong nanoseconds) => nanoseconds <= long.MaxValue ? (long)nanoseconds : throw new FormatException("A time is later than the year 2262.");

    private static List<KeyValuePair<string, object?>> Attributes(IEnumerable<KeyValue> attributes) =>
        [.. attributes.Select(attribute => new KeyValuePair<string, object?>(attribute.Key, Value(attribute.Value)))];

    // The parser has refused what is nested more than a hundred deep.
    private static object? Value(AnyValue? value) => value?.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => value.StringValue,
        AnyValue.ValueOneofCase.BoolValue => value.BoolValue,
        AnyValue.ValueOneofCase.IntValue => value.IntValue,
        AnyValue.ValueOneofCase.DoubleValue => value.DoubleValue,
        AnyValue.ValueOneofCase.BytesValue => value.BytesValue.ToByteArray(),
        AnyValue.ValueOneofCase.ArrayValue => value.ArrayValue.Values.Select(Value).ToList(),
        AnyValue.ValueOneofCase.KvlistValue => Attributes(value.KvlistValue.Values),
        _ => null,
    };
}
