namespace MLOps.Tracking.Traces;

/// <param name="Spans">Each span's content as MLflow keeps it: a JSON object. Roots first, then by start.</param>
public sealed record Trace(TraceInfo Info, IReadOnlyList<string> Spans)
{
    /// <summary>Whether the spans are kept with the trace; if not, they are a file among its artifacts.</summary>
    public bool HasSpansHere => Info.Tags.Any(tag => tag is { Key: TraceKeys.SpansLocation, Value: TraceKeys.TrackingStore });

    /// <summary>Whether every span has come that the client said there would be.</summary>
    public bool IsComplete => TraceKeys.ExpectedSpans(Info.Metadata) is not { } expected || Spans.Count >= expected;
}
