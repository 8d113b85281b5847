using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Traces;

namespace MLOps.Tracking;

/// <summary>Traces, their spans and their assessments. Every write is durable when its task completes.</summary>
/// <exception cref="MLOpsException">NotFound, InvalidArgument, InvalidState, Rejected, or Unavailable when the store does not answer.</exception>
public interface ITraceStore
{
    /// <summary>Writes a trace. One that its spans have made already takes these values and keeps its spans.</summary>
    Task<TraceInfo> StartTraceAsync(TraceInfo trace, CancellationToken cancellationToken = default);

    /// <summary>The deprecated start: the store makes the id.</summary>
    /// <param name="timestampMs">Unix milliseconds.</param>
    Task<TraceInfo> StartTraceAsync(string experimentId, long timestampMs, IReadOnlyList<KeyValue> metadata, IReadOnlyList<KeyValue> tags, CancellationToken cancellationToken = default);

    /// <summary>The deprecated end.</summary>
    /// <param name="timestampMs">Unix milliseconds of the end.</param>
    Task<TraceInfo> EndTraceAsync(string traceId, long timestampMs, string state, IReadOnlyList<KeyValue> metadata, IReadOnlyList<KeyValue> tags, CancellationToken cancellationToken = default);

    Task<TraceInfo> GetTraceInfoAsync(string traceId, CancellationToken cancellationToken = default);

    /// <summary>Those that exist, in the order asked for.</summary>
    Task<IReadOnlyList<TraceInfo>> GetTraceInfosAsync(IReadOnlyList<string> traceIds, CancellationToken cancellationToken = default);

    /// <summary>Those that exist with their spans, in the order asked for.</summary>
    Task<IReadOnlyList<Trace>> GetTracesAsync(IReadOnlyList<string> traceIds, CancellationToken cancellationToken = default);

    Task<Page<TraceInfo>> SearchTracesAsync(SearchTraces query, CancellationToken cancellationToken = default);

    Task SetTraceTagAsync(string traceId, string key, string value, CancellationToken cancellationToken = default);

    Task DeleteTraceTagAsync(string traceId, string key, CancellationToken cancellationToken = default);

    /// <returns>How many were deleted.</returns>
    Task<int> DeleteTracesAsync(DeleteTraces command, CancellationToken cancellationToken = default);

    Task<Assessment> CreateAssessmentAsync(Assessment assessment, CancellationToken cancellationToken = default);

    Task<Assessment> GetAssessmentAsync(string traceId, string assessmentId, CancellationToken cancellationToken = default);

    Task<Assessment> UpdateAssessmentAsync(string traceId, string assessmentId, UpdateAssessment command, CancellationToken cancellationToken = default);

    /// <summary>Deletes an assessment; one that is not there is deleted already. What it overrode is valid again.</summary>
    Task DeleteAssessmentAsync(string traceId, string assessmentId, CancellationToken cancellationToken = default);

    /// <summary>Links at most 100 traces to a run, those that are still to come too: clients send traces in the background.</summary>
    Task LinkTracesToRunAsync(IReadOnlyList<string> traceIds, string runId, CancellationToken cancellationToken = default);

    /// <summary>Links versions of prompts to a trace.</summary>
    Task LinkPromptsAsync(string traceId, IReadOnlyList<PromptVersion> prompts, CancellationToken cancellationToken = default);

    /// <summary>Writes spans of one trace, and makes or extends the trace from them. The same spans written again change nothing.</summary>
    /// <param name="experimentId">Where a trace that does not exist yet is made.</param>
    Task LogSpansAsync(string experimentId, string traceId, IReadOnlyList<OtelSpan> spans, CancellationToken cancellationToken = default);

    Task<FilterCorrelation> CorrelateFiltersAsync(CorrelateFilters query, CancellationToken cancellationToken = default);

    Task<IReadOnlyList<TraceMetricPoint>> QueryTraceMetricsAsync(QueryTraceMetrics query, CancellationToken cancellationToken = default);
}
