using System.Data.Common;
using System.Globalization;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Housekeeping;

/// <summary>Removal from MLflow's schema.</summary>
/// <param name="database">The open database.</param>
/// <param name="clock">Source of the time of removal.</param>
internal sealed class SqlPurgeStore(SqlDatabase database, TimeProvider clock) : IPurgeStore
{

    // MLflow of long ago noted no time; a run that went with its experiment went when that did.
    private const string DeletedTime = "COALESCE(r.deleted_time, CASE WHEN e.lifecycle_stage = 'deleted' THEN e.last_update_time END)";

    private const string Runs =
        "SELECT r.run_uuid, r.experiment_id, r.name, " + DeletedTime + ", r.artifact_uri FROM runs r JOIN experiments e ON e.experiment_id = r.experiment_id WHERE r.lifecycle_stage = 'deleted' AND " + DeletedTime + " <= $0";

    private const string Experiments =
        "SELECT e.experiment_id, e.name, e.last_update_time, e.artifact_location FROM experiments e WHERE e.lifecycle_stage = 'deleted' AND e.last_update_time <= $0";

    // The inputs that a run has, and the logged models that it read and made.
    private const string InputsOfRun = "((destination_type = 'RUN' AND destination_id = $0) OR (source_type IN ('RUN_INPUT', 'RUN_OUTPUT') AND source_id = $0))";

    public Task<IReadOnlyList<DeletedRun>> FindRunsAsync(long deletedBefore, DeletedRun? after, int limit, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<DeletedRun>>(database.Read(session => session.Query(
            Runs + $" AND ({DeletedTime}, r.run_uuid) > ($1, $2) ORDER BY {DeletedTime}, r.run_uuid LIMIT $3",
            ReadRun,
            deletedBefore,
            after?.DeletedTime ?? long.MinValue,
            after?.RunId ?? string.Empty,
            (long)limit)));

    public Task<IReadOnlyList<DeletedExperiment>> FindExperimentsAsync(long deletedBefore, string? after, int limit, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<DeletedExperiment>>(database.Read(session => session.Query(
            Experiments + " AND e.experiment_id > $1 ORDER BY e.experiment_id LIMIT $2",
            ReadExperiment,
            deletedBefore,
            after is null ? long.MinValue : Number(after),
            (long)limit).ConvertAll(experiment => WithContent(session, experiment))));

    public Task<string?> PurgeRunAsync(string runId, long deletedBefore, CancellationToken cancellationToken = default) => PurgeAsync(
        session =>
        {
            session.Scalar("SELECT 1 FROM runs WHERE run_uuid = $0" + session.Dialect.ForUpdate, runId);
            if (session.First(Runs + " AND r.run_uuid = $1", ReadRun, deletedBefore, runId) is not { } run)
            {
                return "it is not deleted any more, or not for long enough, or gone";
            }

            if (ModelReferences.ToRun(session, runId) is { } version)
            {
                return PurgeReasons.InUse(version);
            }

            session.Execute(
                "INSERT INTO mlops_purged_artifacts (owner_id, artifact_uri, purged_ms) VALUES ($0, $1, $2) ON CONFLICT DO NOTHING",
                runId,
                run.ArtifactUri,
                Now());
            session.Execute($"DELETE FROM input_tags WHERE input_uuid IN (SELECT input_uuid FROM inputs WHERE {InputsOfRun})", runId);
            session.Execute($"DELETE FROM inputs WHERE {InputsOfRun}", runId);
            session.Execute("DELETE FROM entity_associations WHERE (source_type = 'run' AND source_id = $0) OR (destination_type = 'run' AND destination_id = $0)", runId);
            session.Execute("DELETE FROM logged_model_metrics WHERE run_id = $0", runId);
            foreach (var table in (ReadOnlySpan<string>)["metrics", "latest_metrics", "params", "tags", "runs"])
            {
                session.Execute($"DELETE FROM {table} WHERE run_uuid = $0", runId);
            }

            return null;
        },
        cancellationToken);

    public Task<string?> PurgeExperimentAsync(string experimentId, long deletedBefore, CancellationToken cancellationToken = default) => PurgeAsync(
        session =>
        {
            var id = Number(experimentId);
            session.Scalar("SELECT 1 FROM experiments WHERE experiment_id = $0" + session.Dialect.ForUpdate, id);
            if (session.First(Experiments + " AND e.experiment_id = $1", ReadExperiment, deletedBefore, id) is not { } found)
            {
                return "it is not deleted any more, or not for long enough, or gone";
            }

            var experiment = WithContent(session, found);
            if (PurgeReasons.ToKeep(experiment) is { } reason)
            {
                return reason;
            }

            if (experiment.Runs.Count > 0)
            {
                return PurgeReasons.HasRun(experiment.Runs[0].RunId);
            }

            if (ModelReferences.ToModels(session, experiment.Models.Select(model => model.OwnerId).ToHashSet(StringComparer.Ordinal)) is { } version)
            {
                return PurgeReasons.InUse(version);
            }

            Remove(session, id);
            return null;
        },
        cancellationToken);

    public Task<IReadOnlyList<OrphanedArtifacts>> ListOrphansAsync(int limit, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<OrphanedArtifacts>>(database.Read(session => session.Query(
            "SELECT owner_id, artifact_uri FROM mlops_purged_artifacts ORDER BY purged_ms, owner_id LIMIT $0",
            ReadOrphan,
            (long)limit)));

    public Task<long> CountOrphansAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Read(session => (long)session.Scalar("SELECT COUNT(*) FROM mlops_purged_artifacts")!));

    public Task ForgetOrphanAsync(string ownerId, CancellationToken cancellationToken = default) =>
        database.WriteAsync(session => session.Execute("DELETE FROM mlops_purged_artifacts WHERE owner_id = $0", ownerId), cancellationToken);

    /// <summary>Everything that is the experiment's own. Where a table is not named, its rows go with the one that they belong to (ON DELETE CASCADE).</summary>
    private void Remove(SqlSession session, long id)
    {
        session.Execute(
            "INSERT INTO mlops_purged_artifacts (owner_id, artifact_uri, purged_ms) SELECT model_id, artifact_location, CAST($1 AS BIGINT) FROM logged_models WHERE experiment_id = $0 ON CONFLICT DO NOTHING",
            id,
            Now());
        session.Execute(
            "INSERT INTO mlops_purged_artifacts (owner_id, artifact_uri, purged_ms) SELECT t.request_id, g.value, CAST($1 AS BIGINT) FROM trace_info t JOIN trace_tags g ON g.request_id = t.request_id AND g.key = 'mlflow.artifactLocation' WHERE t.experiment_id = $0 AND g.value IS NOT NULL ON CONFLICT DO NOTHING",
            id,
            Now());
        session.Execute("DELETE FROM entity_associations WHERE source_type = 'trace' AND source_id IN (SELECT request_id FROM trace_info WHERE experiment_id = $0)", id);
        session.Execute("DELETE FROM input_tags WHERE input_uuid IN (SELECT i.input_uuid FROM inputs i JOIN datasets d ON d.dataset_uuid = i.source_id WHERE i.source_type = 'DATASET' AND d.experiment_id = $0)", id);
        session.Execute("DELETE FROM inputs WHERE source_type = 'DATASET' AND source_id IN (SELECT dataset_uuid FROM datasets WHERE experiment_id = $0)", id);
        foreach (var table in (ReadOnlySpan<string>)["trace_info", "logged_model_metrics", "logged_model_params", "logged_model_tags", "logged_models", "datasets", "experiment_tags", "experiments"])
        {
            session.Execute($"DELETE FROM {table} WHERE experiment_id = $0", id);
        }
    }

    private static DeletedExperiment WithContent(SqlSession session, DeletedExperiment experiment)
    {
        var id = Number(experiment.ExperimentId);
        var deleted = session.Query(Runs + " AND r.experiment_id = $1", ReadRun, long.MaxValue, id).ToDictionary(run => run.RunId, StringComparer.Ordinal);
        return experiment with
        {
            Runs = session.Query("SELECT run_uuid FROM runs WHERE experiment_id = $0 ORDER BY run_uuid", row => new RemainingRun(row.GetString(0), deleted.GetValueOrDefault(row.GetString(0))), id),
            Models = session.Query("SELECT model_id, artifact_location FROM logged_models WHERE experiment_id = $0 ORDER BY model_id", ReadOrphan, id),
        };
    }

    private async Task<string?> PurgeAsync(Func<SqlSession, string?> work, CancellationToken cancellationToken)
    {
        try
        {
            return await database.WriteApartAsync(work, cancellationToken);
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.Rejected)
        {
            // A table that is not known here still refers to it: MLflow has some that this platform does not offer.
            return exception.Message;
        }
        finally
        {
            // What was read of it, and of what belonged to it, is forgotten.
            database.Foreign.Bump();
        }
    }

    private static DeletedRun ReadRun(DbDataReader row) => new(
        row.GetString(0),
        row.GetInt64(1).ToString(CultureInfo.InvariantCulture),
        row.Text(2) ?? string.Empty,
        row.GetInt64(3),
        row.Text(4) ?? string.Empty);

    private static DeletedExperiment ReadExperiment(DbDataReader row) => new(
        row.GetInt64(0).ToString(CultureInfo.InvariantCulture),
        row.GetString(1),
        row.GetInt64(2),
        row.Text(3) ?? string.Empty,
        [],
        []);

    private static OrphanedArtifacts ReadOrphan(DbDataReader row) => new(row.GetString(0), row.Text(1) ?? string.Empty);

    private static long Number(string experimentId) => long.Parse(experimentId, CultureInfo.InvariantCulture);

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
