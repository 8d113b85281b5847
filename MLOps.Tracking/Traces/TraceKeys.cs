using System.Text.Json;
using MLOps.Contracts.Experiments;

namespace MLOps.Tracking.Traces;

/// <summary>Names of tags, metadata and attributes to which MLflow gives a meaning.</summary>
internal static class TraceKeys
{
    public const string TraceName = "mlflow.traceName";
    public const string SpansLocation = "mlflow.trace.spansLocation";
    public const string TrackingStore = "TRACKING_STORE";
    public const string ArtifactLocation = "mlflow.artifactLocation";
    public const string SourceRun = "mlflow.sourceRun";
    public const string Finalized = "mlflow.trace.infoFinalized";
    public const string TokenUsage = "mlflow.trace.tokenUsage";
    public const string SizeStats = "mlflow.trace.sizeStats";
    public const string Session = "mlflow.trace.session";
    public const string User = "mlflow.trace.user";
    public const string AssessmentRun = "mlflow.assessment.sourceRunId";

    public const string SpanTraceId = "mlflow.traceRequestId";
    public const string SpanInputs = "mlflow.spanInputs";
    public const string SpanOutputs = "mlflow.spanOutputs";
    public const string SpanType = "mlflow.spanType";
    public const string SpanUsage = "mlflow.chat.tokenUsage";
    public const string Model = "mlflow.llm.model";
    public const string Provider = "mlflow.llm.provider";
    public const string Cost = "mlflow.llm.cost";

    /// <returns>Null: the client did not say.</returns>
    public static int? ExpectedSpans(IReadOnlyList<KeyValue> metadata)
    {
        foreach (var pair in metadata)
        {
            if (pair.Key == SizeStats && PythonJson.TryParse(pair.Value) is { ValueKind: JsonValueKind.Object } stats && stats.TryGetProperty("num_spans", out var count)
                && count.ValueKind == JsonValueKind.Number && count.TryGetInt32(out var spans))
            {
                return spans;
            }
        }

        return null;
    }
}
