using MLOps.Contracts.Models;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Models;

/// <summary>Appends lines to a model's history inside the transaction of the change that they tell of.</summary>
internal sealed class HistoryLines(SqlSession session, string key, string name, long now, ChangeNote note)
{
    public void StageMoved(ModelVersion version, ModelStage to) =>
        Append(name, RegistryChangeKind.Stage, version.Version, null, version.Stage.ToString(), to.ToString());

    public void VersionDeleted(ModelVersion version) =>
        Append(name, RegistryChangeKind.Stage, version.Version, null, version.Stage.ToString(), RegistryChange.DeletedStage);

    public void AliasMoved(string alias, int? from, int? to) => Append(
        name,
        RegistryChangeKind.Alias,
        to ?? from,
        alias,
        from is { } before ? ModelVersionColumns.Text(before) : null,
        to is { } after ? ModelVersionColumns.Text(after) : null);

    public void Renamed(string newName) => Append(newName, RegistryChangeKind.Rename, null, null, name, newName);

    public void ModelDeleted() => Append(name, RegistryChangeKind.Delete, null, null, name, null);

    private void Append(string nameAfter, RegistryChangeKind kind, int? version, string? alias, string? from, string? to) => session.Execute(
        "INSERT INTO mlops_registry_history (model_key, name, kind, version, alias, from_value, to_value, timestamp_ms, by_user, comment) VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9)",
        key,
        nameAfter,
        HistoryColumns.Text(kind),
        version,
        alias,
        from,
        to,
        now,
        note.By.Length == 0 ? ChangeNote.Anonymous : note.By,
        note.Comment);
}
