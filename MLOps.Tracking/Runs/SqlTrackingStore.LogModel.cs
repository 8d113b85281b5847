using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Runs;

internal sealed partial class SqlTrackingStore
{
    private const string LogModelTag = "mlflow.log-model.history";

    public Task LogModelAsync(string runId, string entry, CancellationToken cancellationToken = default) => WriteRunAsync(
        runId,
        session =>
        {
            RequireActiveRun(session, runId);
            var stored = (string?)session.Scalar("SELECT value FROM tags WHERE run_uuid = $0 AND key = $1" + session.Dialect.ForUpdate, runId, LogModelTag);
            var history = History(stored);
            history.Add(JsonNode.Parse(entry));
            TagWriter.Write(session, runId, new KeyValue(LogModelTag, history.ToJsonString()));
        },
        cancellationToken);

    private static JsonArray History(string? stored)
    {
        try
        {
            return stored is null ? [] : JsonNode.Parse(stored) as JsonArray ?? [];
        }
        catch (JsonException exception)
        {
            throw new MLOpsException(ProblemCode.InvalidState, $"The tag {LogModelTag} of this run is not a JSON list any more: delete it, then log the model again.", exception);
        }
    }
}
