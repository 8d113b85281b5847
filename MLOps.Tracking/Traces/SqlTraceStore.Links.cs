using System.Globalization;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Traces;

internal sealed partial class SqlTraceStore
{
    private const int MaxLinks = 100;

    public Task LinkTracesToRunAsync(IReadOnlyList<string> traceIds, string runId, CancellationToken cancellationToken = default)
    {
        if (traceIds.Count > MaxLinks)
        {
            throw new MLOpsException(
                ProblemCode.InvalidArgument,
                string.Create(CultureInfo.InvariantCulture, $"Cannot link more than {MaxLinks} traces to a run in a single request. Provided {traceIds.Count} traces."));
        }

        return traceIds.Count == 0 ? Task.CompletedTask : database.WriteAsync(
            session =>
            {
                if (session.Scalar("SELECT 1 FROM runs WHERE run_uuid = $0", runId) is null)
                {
                    throw new MLOpsException(ProblemCode.NotFound, $"Run with id={runId} not found");
                }

                // Clients send traces in the background: a link may well come before its trace.
                foreach (var traceId in traceIds)
                {
                    Link(session, traceId, "run", runId);
                }
            },
            cancellationToken);
    }

    public Task LinkPromptsAsync(string traceId, IReadOnlyList<PromptVersion> prompts, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            TraceRows.RequireExists(session, traceId);
            foreach (var prompt in prompts)
            {
                Link(session, traceId, "prompt_version", $"{prompt.Name}/{prompt.Version}");
            }
        },
        cancellationToken);

    private void Link(SqlSession session, string traceId, string type, string id) => session.Execute(
        "INSERT INTO entity_associations (association_id, source_type, source_id, destination_type, destination_id, created_time) VALUES ($0, 'trace', $1, $2, $3, $4) ON CONFLICT DO NOTHING",
        Guid.NewGuid().ToString("n"),
        traceId,
        type,
        id,
        Now());
}
