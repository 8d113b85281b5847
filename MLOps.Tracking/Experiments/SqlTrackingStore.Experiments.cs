using System.Globalization;
using System.Data.Common;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Search;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Runs;

internal sealed partial class SqlTrackingStore
{
    private const string SelectExperiments =
        "SELECT e.experiment_id, e.name, e.artifact_location, e.lifecycle_stage, e.creation_time, e.last_update_time FROM experiments e";

    public Task<string> CreateExperimentAsync(CreateExperiment command, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            var now = Now();
            if (session.Scalar("SELECT 1 FROM experiments WHERE workspace = 'default' AND name = $0", command.Name) is not null)
            {
                throw new MLOpsException(
                    ProblemCode.AlreadyExists,
                    $"Experiment(name={command.Name}) already exists. Error: UNIQUE constraint failed: experiments.workspace, experiments.name");
            }

            var id = (long)session.Scalar(
                "INSERT INTO experiments (name, artifact_location, lifecycle_stage, creation_time, last_update_time, workspace) VALUES ($0, $1, 'active', $2, $2, 'default') RETURNING experiment_id",
                command.Name,
                command.ArtifactLocation,
                now)!;
            var text = id.ToString(CultureInfo.InvariantCulture);
            if (string.IsNullOrEmpty(command.ArtifactLocation))
            {
                session.Execute("UPDATE experiments SET artifact_location = $0 WHERE experiment_id = $1", ArtifactUri.Append(artifactRoot, text), id);
            }

            foreach (var tag in command.Tags)
            {
                WriteExperimentTag(session, id, tag.Key, tag.Value);
            }

            return text;
        },
        cancellationToken);

    public Task<Experiment> GetExperimentAsync(string experimentId, CancellationToken cancellationToken = default)
    {
        var id = ExperimentKey(experimentId);
        if (!_experiments.TryGet(CacheKey(id), out var experiment))
        {
            var mark = _experiments.Mark(CacheKey(id));
            experiment = database.Read(session => WithTags(session, ExperimentById(session, id) ?? throw NoExperiment(experimentId)));
            _experiments.Keep(CacheKey(id), experiment, mark);
        }

        return Task.FromResult(experiment);
    }

    public Task<Experiment> GetExperimentByNameAsync(string name, CancellationToken cancellationToken = default) => Task.FromResult(database.Read(session =>
        WithTags(
            session,
            session.First(SelectExperiments + " WHERE e.workspace = 'default' AND e.name = $0", ReadExperiment, name)
                ?? throw new MLOpsException(ProblemCode.NotFound, $"Could not find experiment with name '{name}'"))));

    public Task RenameExperimentAsync(string experimentId, string newName, CancellationToken cancellationToken = default)
    {
        var id = ExperimentKey(experimentId);
        return WriteExperimentAsync(
            id,
            session =>
            {
                var experiment = ExperimentById(session, id) ?? throw NoExperiment(experimentId);
                if (experiment.LifecycleStage != LifecycleStage.Active)
                {
                    throw new MLOpsException(ProblemCode.InvalidState, "Cannot rename a non-active experiment.");
                }

                if (session.Scalar("SELECT 1 FROM experiments WHERE workspace = 'default' AND name = $0 AND experiment_id <> $1", newName, id) is not null)
                {
                    throw new MLOpsException(ProblemCode.Rejected, $"UNIQUE constraint failed: experiments.workspace, experiments.name: another experiment is named '{newName}'");
                }

                session.Execute("UPDATE experiments SET name = $0, last_update_time = $1 WHERE experiment_id = $2", newName, Now(), id);
            },
            cancellationToken);
    }

    public Task DeleteExperimentAsync(string experimentId, CancellationToken cancellationToken = default) =>
        MoveExperimentAsync(experimentId, LifecycleStage.Active, LifecycleStage.Deleted, cancellationToken);

    public Task RestoreExperimentAsync(string experimentId, CancellationToken cancellationToken = default) =>
        MoveExperimentAsync(experimentId, LifecycleStage.Deleted, LifecycleStage.Active, cancellationToken);

    public Task SetExperimentTagAsync(string experimentId, string key, string value, CancellationToken cancellationToken = default)
    {
        var id = ExperimentKey(experimentId);
        return WriteExperimentAsync(
            id,
            session =>
            {
                RequireActiveExperiment(session, experimentId, id);
                WriteExperimentTag(session, id, key, value);
            },
            cancellationToken);
    }

    public Task DeleteExperimentTagAsync(string experimentId, string key, CancellationToken cancellationToken = default)
    {
        var id = ExperimentKey(experimentId);
        return WriteExperimentAsync(
            id,
            session =>
            {
                RequireActiveExperiment(session, experimentId, id);
                if (session.Execute("DELETE FROM experiment_tags WHERE experiment_id = $0 AND key = $1", id, key) == 0)
                {
                    throw new MLOpsException(ProblemCode.NotFound, $"No tag with name: {key} in experiment with id {experimentId}");
                }
            },
            cancellationToken);
    }

    public Task<Page<Experiment>> SearchExperimentsAsync(SearchExperiments query, CancellationToken cancellationToken = default)
    {
        var offset = PageToken.Offset(query.PageToken);
        var sql = ExperimentSearch.Translate(query, offset);
        return Task.FromResult(database.Read(session =>
        {
            var page = PageToken.Page(session.Query(sql.Text, ReadExperiment, sql.Arguments), offset, query.MaxResults);
            return page with { Items = [.. page.Items.Select(experiment => WithTags(session, experiment))] };
        }));
    }

    private async Task MoveExperimentAsync(string experimentId, LifecycleStage from, LifecycleStage to, CancellationToken cancellationToken)
    {
        var id = ExperimentKey(experimentId);
        try
        {
            await WriteExperimentAsync(
                id,
                session =>
                {
                    var now = Now();
                    if (session.Execute(
                        "UPDATE experiments SET lifecycle_stage = $0, last_update_time = $1 WHERE experiment_id = $2 AND lifecycle_stage = $3",
                        to.Stored(),
                        now,
                        id,
                        from.Stored()) == 0)
                    {
                        throw NoExperiment(experimentId);
                    }

                    session.Execute(
                        "UPDATE runs SET lifecycle_stage = $0, deleted_time = $1 WHERE experiment_id = $2",
                        to.Stored(),
                        to == LifecycleStage.Deleted ? now : null,
                        id);
                },
                cancellationToken);
        }
        finally
        {
            // All its runs were touched.
            database.Foreign.Bump();
        }
    }

    private static void WriteExperimentTag(SqlSession session, long id, string key, string value) => session.Execute(
        "INSERT INTO experiment_tags (key, value, experiment_id) VALUES ($0, $1, $2) ON CONFLICT (key, experiment_id) DO UPDATE SET value = excluded.value",
        key,
        value,
        id);

    private static Experiment? ExperimentById(SqlSession session, long id) =>
        session.First(SelectExperiments + " WHERE e.experiment_id = $0", ReadExperiment, id);

    private static Experiment RequireActiveExperiment(SqlSession session, string experimentId, long id)
    {
        var experiment = ExperimentById(session, id) ?? throw NoExperiment(experimentId);
        return experiment.LifecycleStage == LifecycleStage.Active
            ? experiment
            : throw new MLOpsException(ProblemCode.InvalidArgument, $"The experiment {experimentId} must be in the 'active' state. Current state is deleted.");
    }

    private static Experiment WithTags(SqlSession session, Experiment experiment) => experiment with
    {
        Tags = session.Query("SELECT key, value FROM experiment_tags WHERE experiment_id = $0", Rows.Pair, long.Parse(experiment.ExperimentId, CultureInfo.InvariantCulture)),
    };

    private static Experiment ReadExperiment(DbDataReader row) => new(
        row.GetInt64(0).ToString(CultureInfo.InvariantCulture),
        row.GetString(1),
        row.Text(2) ?? string.Empty,
        Rows.Lifecycle(row.Text(3)),
        row.Long(4),
        row.Long(5),
        []);

    private static long ExperimentKey(string experimentId) =>
        long.TryParse(experimentId, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new MLOpsException(ProblemCode.InvalidArgument, $"Invalid experiment ID '{experimentId}'. Experiment ID must be a valid integer.");

    private static MLOpsException NoExperiment(string experimentId) => new(ProblemCode.NotFound, $"No Experiment with id={experimentId} exists");
}
