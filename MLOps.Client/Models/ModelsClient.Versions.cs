using System.Globalization;
using System.Net;
using MLOps.Client.Http;

namespace MLOps.Client.Models;

/// <content>Versions of models.</content>
public sealed partial class ModelsClient
{
    private const string Versions = "api/2.0/mlflow/model-versions";
    private const string VersionsPage = "10000";

    /// <summary>Every version of a model, newest first.</summary>
    public async Task<IReadOnlyList<ModelVersion>> ListVersionsAsync(string name, CancellationToken cancellationToken = default) =>
        await SearchVersionsAsync(NameIs(name), "version_number DESC", cancellationToken).ToListAsync(cancellationToken);

    /// <summary>Versions by MLflow's search grammar, for example <c>run_id = '…'</c>; pages are fetched as they are needed.</summary>
    public IAsyncEnumerable<ModelVersion> SearchVersionsAsync(string? filter = null, string? orderBy = null, CancellationToken cancellationToken = default) =>
        Paging.ReadAsync<ModelVersion>((token, cancelled) => SearchAsync(filter, orderBy, VersionsPage, token, cancelled), cancellationToken);

    /// <summary>The newest version, whatever its stage.</summary>
    /// <exception cref="MLOpsClientException">Among others: the model has no version (404).</exception>
    public async Task<ModelVersion> GetLatestAsync(string name, CancellationToken cancellationToken = default) =>
        (await SearchAsync(NameIs(name), "version_number DESC", "1", null, cancellationToken)).Items is [var newest, ..]
            ? newest
            : throw new MLOpsClientException($"There is no version of a model '{name}'.", "RESOURCE_DOES_NOT_EXIST", HttpStatusCode.NotFound);

    /// <summary>The newest version of each stage.</summary>
    /// <param name="stages">Null: of every stage.</param>
    public async Task<IReadOnlyList<ModelVersion>> GetLatestVersionsAsync(string name, IReadOnlyList<ModelStage>? stages = null, CancellationToken cancellationToken = default)
    {
        var answer = await _transport.PostAsync<VersionsAnswer>($"{Models}/get-latest-versions", new { name, stages }, cancellationToken);
        return [.. (answer.ModelVersions ?? []).Select(version => version.ToVersion())];
    }

    public async Task<ModelVersion> GetVersionAsync(string name, int version, CancellationToken cancellationToken = default) =>
        (await _transport.GetAsync<VersionAnswer>(QueryPath.WithQuery($"{Versions}/get", ("name", name), ("version", Text(version))), cancellationToken)).ModelVersion.ToVersion();

    /// <param name="source">Address of the model's files, inside the run's artifacts when <paramref name="runId"/> is given.</param>
    public async Task<ModelVersion> CreateVersionAsync(
        string name,
        string source,
        string? runId = null,
        string? description = null,
        IReadOnlyDictionary<string, string>? tags = null,
        CancellationToken cancellationToken = default)
    {
        var body = new { name, source, run_id = runId, description, tags = KeyValue.List(tags) };
        return (await _transport.PostAsync<VersionAnswer>($"{Versions}/create", body, cancellationToken)).ModelVersion.ToVersion();
    }

    public Task UpdateVersionAsync(string name, int version, string description, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Patch, $"{Versions}/update", new { name, version = Text(version), description }, cancellationToken);

    /// <summary>Removes a version. Its number is not given again.</summary>
    public Task DeleteVersionAsync(string name, int version, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Delete, $"{Versions}/delete", new { name, version = Text(version) }, cancellationToken);

    public Task SetVersionTagAsync(string name, int version, string key, string value, CancellationToken cancellationToken = default) =>
        _transport.PostAsync($"{Versions}/set-tag", new { name, version = Text(version), key, value }, cancellationToken);

    public Task DeleteVersionTagAsync(string name, int version, string key, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Delete, $"{Versions}/delete-tag", new { name, version = Text(version), key }, cancellationToken);

    /// <summary>Moves a version to a stage.</summary>
    /// <param name="archiveExistingVersions">Whether versions now in that stage become Archived. Null: yes for Production, no otherwise.</param>
    /// <param name="comment">Kept in the stage history. Of this platform; a plain MLflow server has no such call, so leave it null there.</param>
    public async Task<ModelVersion> TransitionAsync(
        string name,
        int version,
        ModelStage stage,
        bool? archiveExistingVersions = null,
        string? comment = null,
        CancellationToken cancellationToken = default)
    {
        var body = new { name, version = Text(version), stage, archive_existing_versions = archiveExistingVersions ?? stage == ModelStage.Production, comment };
        return comment is null
            ? (await _transport.PostAsync<VersionAnswer>($"{Versions}/transition-stage", body, cancellationToken)).ModelVersion.ToVersion()
            : await _transport.PostAsync<ModelVersion>($"{Native}/transition", body, cancellationToken);
    }

    /// <summary>Where a version's files are.</summary>
    public async Task<string> GetDownloadUriAsync(string name, int version, CancellationToken cancellationToken = default) =>
        (await _transport.GetAsync<UriAnswer>(QueryPath.WithQuery($"{Versions}/get-download-uri", ("name", name), ("version", Text(version))), cancellationToken)).ArtifactUri;

    /// <summary>Writes a version's files into a local folder.</summary>
    /// <param name="localFolder">Made when missing; files of the same name are replaced.</param>
    /// <returns>The local files, in the order of their names.</returns>
    /// <exception cref="NotSupportedException">The files are not behind the server's proxy.</exception>
    public async Task<IReadOnlyList<string>> DownloadAsync(string name, int version, string localFolder, CancellationToken cancellationToken = default)
    {
        var address = await GetDownloadUriAsync(name, version, cancellationToken);
        return await _artifacts.DownloadTreeAsync(address, $"version {Text(version)} of '{name}'", localFolder, cancellationToken);
    }

    private static string Text(int version) => version.ToString(CultureInfo.InvariantCulture);

    // The grammar has no escape: a name with one kind of quote goes between the other kind.
    private static string NameIs(string name)
    {
        var quote = name.Contains('\'', StringComparison.Ordinal) ? '"' : '\'';
        return $"name={quote}{name}{quote}";
    }

    private async Task<(IReadOnlyList<ModelVersion>? Items, string? Next)> SearchAsync(string? filter, string? orderBy, string most, string? token, CancellationToken cancellationToken)
    {
        var path = QueryPath.WithQuery($"{Versions}/search", ("filter", filter), ("order_by", orderBy), ("max_results", most), ("page_token", token));
        var answer = await _transport.GetAsync<VersionsAnswer>(path, cancellationToken);
        return (answer.ModelVersions?.Select(version => version.ToVersion()).ToList(), answer.NextPageToken);
    }

    private sealed record VersionsAnswer(IReadOnlyList<MlflowModelVersion>? ModelVersions, string? NextPageToken);

    private sealed record UriAnswer(string ArtifactUri);
}
