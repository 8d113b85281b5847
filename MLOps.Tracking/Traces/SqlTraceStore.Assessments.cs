using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Traces;

internal sealed partial class SqlTraceStore
{
    public Task<Assessment> CreateAssessmentAsync(Assessment assessment, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            TraceRows.RequireExists(session, assessment.TraceId);
            if (assessment.Overrides is { Length: > 0 } overridden
                && session.Execute("UPDATE assessments SET valid = FALSE WHERE trace_id = $0 AND assessment_id = $1", assessment.TraceId, overridden) == 0)
            {
                throw NoAssessment(assessment.TraceId, overridden);
            }

            return Insert(session, assessment with { Valid = true });
        },
        cancellationToken);

    public Task<Assessment> GetAssessmentAsync(string traceId, string assessmentId, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Read(session => RequireAssessment(session, traceId, assessmentId)));

    public Task<Assessment> UpdateAssessmentAsync(string traceId, string assessmentId, UpdateAssessment command, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            var old = RequireAssessment(session, traceId, assessmentId);
            if (command.Value is { } value && value.Kind != old.Kind)
            {
                throw new MLOpsException(
                    ProblemCode.InvalidArgument,
                    (value.Kind, old.Kind) switch
                    {
                        (AssessmentKind.Expectation, AssessmentKind.Feedback) => "Cannot update expectation value on a Feedback assessment.",
                        (AssessmentKind.Feedback, AssessmentKind.Expectation) => "Cannot update feedback value on an Expectation assessment.",
                        var (given, kept) => $"Cannot update {given.Name()} value on an assessment that is of type {kept.Name()}.",
                    });
            }

            var metadata = old.Metadata.ToDictionary(pair => pair.Key, pair => pair.Value);
            foreach (var pair in command.Metadata ?? [])
            {
                metadata[pair.Key] = pair.Value;
            }

            var updated = old with
            {
                Name = command.Name ?? old.Name,
                Value = command.Value?.Json ?? old.Value,
                Error = command.Value is null ? old.Error : command.Value.Error,
                Rationale = command.Rationale ?? old.Rationale,
                Valid = command.Valid ?? old.Valid,
                Metadata = [.. metadata.Select(pair => new KeyValue(pair.Key, pair.Value))],
                LastUpdateTime = Now(),
            };
            session.Execute(
                "UPDATE assessments SET name = $0, value = $1, error = $2, rationale = $3, valid = $4, assessment_metadata = $5, last_updated_timestamp = $6 WHERE trace_id = $7 AND assessment_id = $8",
                updated.Name,
                updated.Value,
                updated.Error,
                updated.Rationale,
                updated.Valid,
                Dump(updated.Metadata),
                updated.LastUpdateTime,
                traceId,
                assessmentId);
            return updated;
        },
        cancellationToken);

    public Task DeleteAssessmentAsync(string traceId, string assessmentId, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            TraceRows.RequireExists(session, traceId);
            var overridden = session.Scalar("SELECT overrides FROM assessments WHERE trace_id = $0 AND assessment_id = $1", traceId, assessmentId) as string;
            if (!string.IsNullOrEmpty(overridden))
            {
                session.Execute("UPDATE assessments SET valid = TRUE WHERE trace_id = $0 AND assessment_id = $1", traceId, overridden);
            }

            session.Execute("DELETE FROM assessments WHERE trace_id = $0 AND assessment_id = $1", traceId, assessmentId);
        },
        cancellationToken);

    private static Assessment RequireAssessment(SqlSession session, string traceId, string assessmentId)
    {
        if (session.First($"{TraceRows.AssessmentColumns} WHERE trace_id = $0 AND assessment_id = $1", TraceRows.Assessment, traceId, assessmentId) is { } found)
        {
            return found;
        }

        TraceRows.RequireExists(session, traceId);
        throw NoAssessment(traceId, assessmentId);
    }

    private Assessment Insert(SqlSession session, Assessment given)
    {
        var now = Now();
        var assessment = given with
        {
            AssessmentId = given.AssessmentId.Length > 0 ? given.AssessmentId : "a-" + Guid.NewGuid().ToString("n"),
            CreateTime = given.CreateTime == 0 ? now : given.CreateTime,
            LastUpdateTime = given.LastUpdateTime == 0 ? now : given.LastUpdateTime,
        };
        session.Execute(
            """
            INSERT INTO assessments (assessment_id, trace_id, name, assessment_type, value, error, created_timestamp, last_updated_timestamp,
                source_type, source_id, run_id, span_id, rationale, overrides, valid, assessment_metadata)
            VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            ON CONFLICT (assessment_id) DO UPDATE SET name = excluded.name, value = excluded.value, error = excluded.error, last_updated_timestamp = excluded.last_updated_timestamp,
                rationale = excluded.rationale, valid = excluded.valid, assessment_metadata = excluded.assessment_metadata
            """,
            assessment.AssessmentId,
            assessment.TraceId,
            assessment.Name,
            assessment.Kind.Name(),
            assessment.Value,
            assessment.Error,
            assessment.CreateTime,
            assessment.LastUpdateTime,
            assessment.SourceType,
            assessment.SourceId,
            assessment.Metadata.FirstOrDefault(pair => pair.Key == TraceKeys.AssessmentRun).Value,
            assessment.SpanId,
            assessment.Rationale,
            assessment.Overrides,
            assessment.Valid,
            Dump(assessment.Metadata));
        return assessment;
    }

    private static string? Dump(IReadOnlyList<KeyValue> metadata) =>
        metadata.Count == 0 ? null : PythonJson.Dump(metadata.Select(pair => new KeyValuePair<string, object?>(pair.Key, pair.Value)));

    private static MLOpsException NoAssessment(string traceId, string assessmentId) =>
        new(ProblemCode.NotFound, $"Assessment with ID '{assessmentId}' not found for trace '{traceId}'");
}
