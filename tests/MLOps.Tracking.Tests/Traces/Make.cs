using System.Globalization;
using MLOps.Contracts.Experiments;
using MLOps.Tracking.Traces;

namespace MLOps.Tracking.Tests.Traces;

/// <summary>Builders of traces and spans.</summary>
internal static class Make
{
    public const string OtelTrace = "0123456789abcdef0123456789abcdef";
    private const long Millisecond = 1_000_000;

    public static TraceInfo Trace(string id, string experiment = "0", long time = 1, long? duration = 10, string state = "OK", string? client = null, KeyValue[]? tags = null, KeyValue[]? metadata = null) =>
        new(id, experiment, time, duration, state, client, null, null, tags ?? [], metadata ?? [], []);

    /// <param name="number">Makes the span's id.</param>
    /// <param name="parent">Number of the parent; null: a root.</param>
    /// <param name="start">Milliseconds.</param>
    /// <param name="end">Milliseconds; null: it runs.</param>
    public static OtelSpan Span(int number, int? parent, long start, long? end, string name = "work", OtelStatus status = OtelStatus.Ok, params (string Key, object? Value)[] attributes) => new(
        OtelTrace,
        Id(number),
        parent is null ? null : Id(parent.Value),
        name,
        start * Millisecond,
        end * Millisecond,
        status,
        null,
        [.. attributes.Select(attribute => new KeyValuePair<string, object?>(attribute.Key, attribute.Value))],
        []);

    public static string Id(int number) => number.ToString("x16", CultureInfo.InvariantCulture);

    public static string? Value(this IReadOnlyList<KeyValue> pairs, string key) => pairs.Where(pair => pair.Key == key).Select(pair => pair.Value).SingleOrDefault();
}
