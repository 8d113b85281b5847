using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Search;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Models;

internal sealed partial class SqlModelRegistryStore
{
    private const string OneVersion = " WHERE v.workspace = 'default' AND v.name = $0 AND v.version = $1 AND v.current_stage <> 'Deleted_Internal'";

    public Task<IReadOnlyList<ModelVersion>> GetLatestVersionsAsync(string name, IReadOnlyList<ModelStage> stages, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<ModelVersion>>(database.Read(session =>
        {
            Require(session, name);
            return Latest(session, name, stages);
        }));

    public Task<ModelVersion> CreateModelVersionAsync(string name, CreateModelVersion command, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            var now = Now();
            if (!Touch(session, name, now))
            {
                throw NoModel(name);
            }

            // Deleted versions keep their row, so their numbers are never given again.
            var version = (int)(long)session.Scalar("SELECT COALESCE(MAX(version), 0) + 1 FROM model_versions WHERE workspace = 'default' AND name = $0", name)!;
            session.Execute(
                "INSERT INTO model_versions (name, version, creation_time, last_updated_time, description, user_id, current_stage, source, run_id, status, run_link, storage_location, workspace) VALUES ($0, $1, $2, $2, $3, NULL, 'None', $4, $5, 'READY', $6, $7, 'default')",
                name,
                version,
                now,
                command.Description,
                command.Source,
                command.RunId,
                command.RunLink,
                command.StorageLocation ?? command.Source);
            foreach (var tag in command.Tags)
            {
                WriteVersionTag(session, name, version, tag.Key, tag.Value);
            }

            _events.VersionCreated(session, name, version, command);
            return Version(session, name, version);
        },
        cancellationToken);

    public Task<ModelVersion> GetModelVersionAsync(string name, int version, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Read(session => Version(session, name, version)));

    public Task<ModelVersion> UpdateModelVersionAsync(string name, int version, string? description, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            Version(session, name, version);
            session.Execute("UPDATE model_versions SET description = $0, last_updated_time = $1 WHERE workspace = 'default' AND name = $2 AND version = $3", description, Now(), name, version);
            return Version(session, name, version);
        },
        cancellationToken);

    public Task DeleteModelVersionAsync(string name, int version, ChangeNote? note = null, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            var now = Now();
            Touch(session, name, now);
            var deleted = Version(session, name, version);
            var history = History(session, name, note);
            foreach (var alias in deleted.Aliases)
            {
                history.AliasMoved(alias, version, null);
            }

            history.VersionDeleted(deleted);
            session.Execute("DELETE FROM registered_model_aliases WHERE workspace = 'default' AND name = $0 AND version = $1", name, version);
            session.Execute(
                "UPDATE model_versions SET current_stage = 'Deleted_Internal', last_updated_time = $0, description = NULL, user_id = NULL, source = 'REDACTED-SOURCE-PATH', storage_location = NULL, run_id = 'REDACTED-RUN-ID', run_link = 'REDACTED-RUN-LINK', status_message = NULL WHERE workspace = 'default' AND name = $1 AND version = $2",
                now,
                name,
                version);
        },
        cancellationToken);

    public Task SetModelVersionTagAsync(string name, int version, string key, string value, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            Version(session, name, version);
            WriteVersionTag(session, name, version, key, value);
            _events.VersionTagChanged(session, name, version, key, value);
        },
        cancellationToken);

    public Task DeleteModelVersionTagAsync(string name, int version, string key, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            Version(session, name, version);
            session.Execute("DELETE FROM model_version_tags WHERE workspace = 'default' AND name = $0 AND version = $1 AND key = $2", name, version, key);
            _events.VersionTagChanged(session, name, version, key, value: null);
        },
        cancellationToken);

    public Task<ModelVersion> TransitionStageAsync(string name, TransitionStage command, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            if (command.ArchiveExisting && command.Stage is not (ModelStage.Staging or ModelStage.Production))
            {
                throw new MLOpsException(
                    ProblemCode.Internal,
                    $"Model version transition cannot archive existing model versions because '{command.Stage}' is not an Active stage. Valid stages are ['Staging', 'Production']");
            }

            var now = Now();
            if (!Touch(session, name, now))
            {
                throw NoVersion(name, command.Version);
            }

            var version = Version(session, name, command.Version);
            if (command.ArchiveExisting)
            {
                var replaced = History(session, name, new ChangeNote(command.By, $"replaced by version {command.Version}"));
                foreach (var other in InStage(session, name, command.Stage).Where(other => other.Version != command.Version))
                {
                    SetStage(session, other, ModelStage.Archived, now);
                    replaced.StageMoved(other, ModelStage.Archived);
                }
            }

            SetStage(session, version, command.Stage, now);
            History(session, name, new ChangeNote(command.By, command.Comment)).StageMoved(version, command.Stage);
            return version with { Stage = command.Stage, LastUpdatedTime = now };
        },
        cancellationToken);

    public Task<Page<ModelVersion>> SearchModelVersionsAsync(SearchModels query, CancellationToken cancellationToken = default)
    {
        var offset = PageToken.Offset(query.PageToken);
        var sql = ModelSearch.Versions(query, offset, database.Dialect);
        return Task.FromResult(database.Read(session => PageToken.Page(session.Query(sql.Text, ModelVersionColumns.Read, sql.Arguments), offset, query.MaxResults)));
    }

    private static void SetStage(SqlSession session, ModelVersion version, ModelStage to, long now) => session.Execute(
        "UPDATE model_versions SET current_stage = $0, last_updated_time = $1 WHERE workspace = 'default' AND name = $2 AND version = $3",
        to.ToString(),
        now,
        version.Name,
        version.Version);

    private static List<ModelVersion> InStage(SqlSession session, string name, ModelStage stage) => session.Query(
        ModelVersionColumns.Select(session.Dialect) + " WHERE v.workspace = 'default' AND v.name = $0 AND v.current_stage = $1 ORDER BY v.version DESC",
        ModelVersionColumns.Read,
        name,
        stage.ToString());

    /// <summary>Holds the model until the transaction ends, as <see cref="TryLock"/> does.</summary>
    /// <returns>False when there is no such model.</returns>
    private static bool Touch(SqlSession session, string name, long now) =>
        session.Execute("UPDATE registered_models SET last_updated_time = $0 WHERE workspace = 'default' AND name = $1", now, name) > 0;

    private static void WriteVersionTag(SqlSession session, string name, int version, string key, string value) => session.Execute(
        "INSERT INTO model_version_tags (key, value, name, version, workspace) VALUES ($0, $1, $2, $3, 'default') ON CONFLICT (workspace, key, name, version) DO UPDATE SET value = excluded.value",
        key,
        value,
        name,
        version);

    private static ModelVersion Version(SqlSession session, string name, int version) => Existing(session, name, version) ?? throw NoVersion(name, version);

    private static MLOpsException NoVersion(string name, int version) => new(ProblemCode.NotFound, $"Model Version (name={name}, version={version}) not found");

    private static List<ModelVersion> Latest(SqlSession session, string name, IReadOnlyList<ModelStage> stages)
    {
        var newest = session.Query(
            ModelVersionColumns.Select(session.Dialect)
                + " JOIN (SELECT current_stage, MAX(version) AS version FROM model_versions WHERE workspace = 'default' AND name = $0 AND current_stage <> 'Deleted_Internal' GROUP BY current_stage) l ON l.version = v.version WHERE v.workspace = 'default' AND v.name = $0 ORDER BY v.version",
            ModelVersionColumns.Read,
            name);
        return [.. newest.Where(version => stages.Count == 0 || stages.Contains(version.Stage))];
    }
}
