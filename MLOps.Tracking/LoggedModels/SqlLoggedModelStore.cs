using System.Data.Common;
using System.Globalization;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Runs;
using MLOps.Tracking.Search;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.LoggedModels;

/// <summary>Logged models on MLflow's schema.</summary>
/// <param name="database">The open database.</param>
/// <param name="clock">Source of creation and update times.</param>
internal sealed class SqlLoggedModelStore(SqlDatabase database, TimeProvider clock) : ILoggedModelStore
{
    public const string Columns =
        "SELECT l.model_id, l.experiment_id, l.name, l.artifact_location, l.creation_timestamp_ms, l.last_updated_timestamp_ms, l.status, l.model_type, l.source_run_id FROM logged_models l";

    public Task<LoggedModel> CreateLoggedModelAsync(CreateLoggedModel command, CancellationToken cancellationToken = default)
    {
        var experiment = long.TryParse(command.ExperimentId, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new MLOpsException(ProblemCode.InvalidArgument, $"Invalid experiment ID '{command.ExperimentId}'. Experiment ID must be a valid integer.");
        var id = "m-" + Guid.NewGuid().ToString("n");
        return database.WriteAsync(
            session =>
            {
                var location = ActiveLocation(session, command.ExperimentId, experiment);
                var now = Now();
                session.Execute(
                    "INSERT INTO logged_models (model_id, experiment_id, name, artifact_location, creation_timestamp_ms, last_updated_timestamp_ms, status, lifecycle_stage, model_type, source_run_id) VALUES ($0, $1, $2, $3, $4, $4, $5, 'active', $6, $7)",
                    id,
                    experiment,
                    string.IsNullOrEmpty(command.Name) ? RandomRunName.Next() : command.Name,
                    ArtifactUri.Append(location, $"models/{id}/artifacts"),
                    now,
                    (long)LoggedModelStatus.Pending,
                    command.ModelType,
                    command.SourceRunId);
                WriteParams(session, id, experiment, command.Params);
                WriteTags(session, id, experiment, command.Tags);
                return Require(session, id);
            },
            cancellationToken);
    }

    public Task<LoggedModel> GetLoggedModelAsync(string modelId, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Read(session => Require(session, modelId)));

    public Task<LoggedModel> FinalizeLoggedModelAsync(string modelId, LoggedModelStatus status, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            Require(session, modelId);
            session.Execute("UPDATE logged_models SET status = $0, last_updated_timestamp_ms = $1 WHERE model_id = $2", (long)status, Now(), modelId);
            return Require(session, modelId);
        },
        cancellationToken);

    public Task DeleteLoggedModelAsync(string modelId, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            Require(session, modelId);
            session.Execute("UPDATE logged_models SET lifecycle_stage = 'deleted', last_updated_timestamp_ms = $0 WHERE model_id = $1", Now(), modelId);
        },
        cancellationToken);

    public Task LogLoggedModelParamsAsync(string modelId, IReadOnlyList<KeyValue> parameters, CancellationToken cancellationToken = default) => database.WriteAsync(
        session => WriteParams(session, modelId, Experiment(session, modelId), parameters),
        cancellationToken);

    public Task SetLoggedModelTagsAsync(string modelId, IReadOnlyList<KeyValue> tags, CancellationToken cancellationToken = default) => database.WriteAsync(
        session => WriteTags(session, modelId, Experiment(session, modelId), tags),
        cancellationToken);

    public Task NoteModelVersionAsync(string modelId, string name, int version, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            var model = Require(session, modelId);
            if (ModelVersionsTag.With(model, name, version) is { } tag)
            {
                WriteTags(session, modelId, long.Parse(model.ExperimentId, CultureInfo.InvariantCulture), [tag]);
            }
        },
        cancellationToken);

    public Task DeleteLoggedModelTagAsync(string modelId, string key, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            Require(session, modelId);
            if (session.Execute("DELETE FROM logged_model_tags WHERE model_id = $0 AND tag_key = $1", modelId, key) == 0)
            {
                throw new MLOpsException(ProblemCode.NotFound, $"No tag with key '{key}' found for model with ID '{modelId}'.");
            }
        },
        cancellationToken);

    public Task<Page<LoggedModel>> SearchLoggedModelsAsync(SearchLoggedModels query, CancellationToken cancellationToken = default)
    {
        var offset = PageToken.Offset(query.PageToken);
        var statement = LoggedModelSearch.Translate(query, offset, database.Dialect);
        return Task.FromResult(database.Read(session =>
        {
            var page = PageToken.Page(session.Query(statement.Text, Row, statement.Arguments), offset, query.MaxResults);
            return page with { Items = [.. page.Items.Select(model => WithData(session, model))] };
        }));
    }

    private static string ActiveLocation(SqlSession session, string experimentId, long id)
    {
        var found = session.First("SELECT lifecycle_stage, artifact_location FROM experiments WHERE experiment_id = $0", row => Tuple.Create(row.Text(0), row.Text(1)), id)
            ?? throw new MLOpsException(ProblemCode.NotFound, $"No Experiment with id={experimentId} exists");
        return found.Item1 == "active"
            ? found.Item2 ?? string.Empty
            : throw new MLOpsException(ProblemCode.InvalidArgument, $"The experiment {experimentId} must be in the 'active' state. Current state is deleted.");
    }

    private static void WriteParams(SqlSession session, string modelId, long experiment, IReadOnlyList<KeyValue> parameters)
    {
        foreach (var parameter in parameters)
        {
            if (session.Execute(
                "INSERT INTO logged_model_params (model_id, experiment_id, param_key, param_value) VALUES ($0, $1, $2, $3) ON CONFLICT DO NOTHING",
                modelId,
                experiment,
                parameter.Key,
                parameter.Value) == 0
                && (string)session.Scalar("SELECT param_value FROM logged_model_params WHERE model_id = $0 AND param_key = $1", modelId, parameter.Key)! is var old
                && old != parameter.Value)
            {
                throw new MLOpsException(
                    ProblemCode.InvalidArgument,
                    $"Changing param values is not allowed. Param with key='{parameter.Key}' was already logged with value='{old}' for model ID='{modelId}'. Attempted logging new value '{parameter.Value}'.");
            }
        }
    }

    private static void WriteTags(SqlSession session, string modelId, long experiment, IReadOnlyList<KeyValue> tags)
    {
        foreach (var tag in tags)
        {
            session.Execute(
                "INSERT INTO logged_model_tags (model_id, experiment_id, tag_key, tag_value) VALUES ($0, $1, $2, $3) ON CONFLICT (model_id, tag_key) DO UPDATE SET tag_value = excluded.tag_value",
                modelId,
                experiment,
                tag.Key,
                tag.Value);
        }
    }

    private static long Experiment(SqlSession session, string modelId) => long.Parse(Require(session, modelId).ExperimentId, CultureInfo.InvariantCulture);

    private static LoggedModel Require(SqlSession session, string modelId) => WithData(
        session,
        session.First(Columns + " WHERE l.model_id = $0 AND l.lifecycle_stage <> 'deleted'", Row, modelId)
            ?? throw new MLOpsException(ProblemCode.NotFound, $"Logged model with ID '{modelId}' not found."));

    private static LoggedModel WithData(SqlSession session, LoggedModel model) => model with
    {
        Params = session.Query("SELECT param_key, param_value FROM logged_model_params WHERE model_id = $0 ORDER BY param_key", Rows.Pair, model.ModelId),
        Tags = session.Query("SELECT tag_key, tag_value FROM logged_model_tags WHERE model_id = $0 ORDER BY tag_key", Rows.Pair, model.ModelId),
        Metrics = ModelMetrics.Read(session, model.ModelId),
    };

    private static LoggedModel Row(DbDataReader row) => new(
        row.GetString(0),
        row.GetInt64(1).ToString(CultureInfo.InvariantCulture),
        row.GetString(2),
        row.GetString(3),
        row.GetInt64(4),
        row.GetInt64(5),
        (LoggedModelStatus)row.GetInt32(6),
        row.Text(7),
        row.Text(8),
        [],
        [],
        []);

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
