using System.Globalization;
using MLOps.Client.Http;

namespace MLOps.Client.Models;

/// <summary>The model registry.</summary>
public sealed class ModelsClient
{
    private const string Native = "api/v1/mlflow/models";
    private const string Mlflow = "api/2.0/mlflow";
    private readonly Transport _transport;

    internal ModelsClient(Transport transport) => _transport = transport;

    /// <summary>Every registered model; pages are fetched until there is none left.</summary>
    public Task<IReadOnlyList<RegisteredModel>> ListAsync(CancellationToken cancellationToken = default) =>
        _transport.GetPagesAsync<ModelsAnswer, RegisteredModel>(Native, answer => (answer.Models, answer.NextPageToken), cancellationToken);

    /// <summary>Every version of a model, newest first.</summary>
    public async Task<IReadOnlyList<ModelVersion>> ListVersionsAsync(string name, CancellationToken cancellationToken = default)
    {
        // The grammar has no escape: a name with one kind of quote goes between the other kind.
        var quote = name.Contains('\'', StringComparison.Ordinal) ? '"' : '\'';
        var path = QueryPath.WithQuery(
            $"{Mlflow}/model-versions/search",
            ("filter", $"name={quote}{name}{quote}"),
            ("order_by", "version_number DESC"),
            ("max_results", "10000"));
        var answer = await _transport.GetAsync<VersionsAnswer>(path, cancellationToken);
        return [.. (answer.ModelVersions ?? []).Select(version => version.ToVersion())];
    }

    /// <summary>The newest version, whatever its stage.</summary>
    public Task<ModelVersion> GetLatestAsync(string name, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<ModelVersion>($"{Native}/{QueryPath.Segment(name)}/latest", cancellationToken);

    /// <summary>Every move of a stage or an alias, rename and deletion, newest first.</summary>
    public Task<IReadOnlyList<ModelChange>> GetHistoryAsync(string name, CancellationToken cancellationToken = default) =>
        _transport.GetPagesAsync<HistoryAnswer, ModelChange>($"{Native}/{QueryPath.Segment(name)}/history", answer => (answer.History, answer.NextPageToken), cancellationToken);

    /// <summary>Puts the previous Production version back and archives the current one.</summary>
    public Task<ModelRollback> RollbackAsync(string name, string? comment = null, CancellationToken cancellationToken = default) =>
        _transport.PostAsync<ModelRollback>($"{Native}/{QueryPath.Segment(name)}/rollback", new { comment }, cancellationToken);

    public Task CreateAsync(string name, string? description = null, CancellationToken cancellationToken = default) =>
        _transport.PostAsync($"{Mlflow}/registered-models/create", new { name, description }, cancellationToken);

    /// <param name="source">Address of the model's files, inside the run's artifacts when <paramref name="runId"/> is given.</param>
    public async Task<ModelVersion> CreateVersionAsync(
        string name,
        string source,
        string? runId = null,
        string? description = null,
        CancellationToken cancellationToken = default)
    {
        var body = new { name, source, run_id = runId, description };
        return (await _transport.PostAsync<VersionAnswer>($"{Mlflow}/model-versions/create", body, cancellationToken)).ModelVersion.ToVersion();
    }

    /// <summary>Moves a version to a stage.</summary>
    /// <param name="archiveExistingVersions">Whether versions now in that stage become Archived. Null: yes for Production, no otherwise.</param>
    public Task<ModelVersion> TransitionAsync(
        string name,
        int version,
        ModelStage stage,
        bool? archiveExistingVersions = null,
        string? comment = null,
        CancellationToken cancellationToken = default) =>
        _transport.PostAsync<ModelVersion>(
            $"{Native}/transition",
            new
            {
                name,
                version = version.ToString(CultureInfo.InvariantCulture),
                stage,
                archive_existing_versions = archiveExistingVersions,
                comment,
            },
            cancellationToken);

    private sealed record ModelsAnswer(IReadOnlyList<RegisteredModel>? Models, string? NextPageToken);

    private sealed record VersionsAnswer(IReadOnlyList<MlflowModelVersion>? ModelVersions);

    private sealed record VersionAnswer(MlflowModelVersion ModelVersion);

    private sealed record HistoryAnswer(IReadOnlyList<ModelChange>? History, string? NextPageToken);
}
