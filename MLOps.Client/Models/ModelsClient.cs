using System.Net;
using MLOps.Client.Artifacts;
using MLOps.Client.Http;
using MLOps.Client.Runs;

namespace MLOps.Client.Models;

/// <summary>The model registry.</summary>
public sealed partial class ModelsClient
{
    private const string Native = "api/v1/mlflow/models";
    private const string Models = "api/2.0/mlflow/registered-models";
    private const string AlreadyExists = "RESOURCE_ALREADY_EXISTS";
    private const string ModelsPage = "1000";
    private readonly Transport _transport;
    private readonly ArtifactsClient _artifacts;

    internal ModelsClient(Transport transport, ArtifactsClient artifacts)
    {
        _transport = transport;
        _artifacts = artifacts;
    }

    /// <summary>Every registered model, by name.</summary>
    public async Task<IReadOnlyList<RegisteredModel>> ListAsync(CancellationToken cancellationToken = default) =>
        await SearchAsync(cancellationToken: cancellationToken).ToListAsync(cancellationToken);

    /// <summary>Registered models by MLflow's search grammar, for example <c>name LIKE 'sp500-%' AND tags.desk = 'rates'</c>; pages are fetched as they are needed.</summary>
    public IAsyncEnumerable<RegisteredModel> SearchAsync(string? filter = null, string? orderBy = null, CancellationToken cancellationToken = default) =>
        Paging.ReadAsync<RegisteredModel>(
            async (token, cancelled) =>
            {
                var path = QueryPath.WithQuery($"{Models}/search", ("filter", filter), ("order_by", orderBy), ("max_results", ModelsPage), ("page_token", token));
                var answer = await _transport.GetAsync<ModelsAnswer>(path, cancelled);
                return (answer.RegisteredModels?.Select(model => model.ToModel()).ToList(), answer.NextPageToken);
            },
            cancellationToken);

    public async Task<RegisteredModel> GetAsync(string name, CancellationToken cancellationToken = default) =>
        (await _transport.GetAsync<ModelAnswer>(QueryPath.WithQuery($"{Models}/get", ("name", name)), cancellationToken)).RegisteredModel.ToModel();

    public async Task<RegisteredModel> CreateAsync(
        string name,
        string? description = null,
        IReadOnlyDictionary<string, string>? tags = null,
        CancellationToken cancellationToken = default) =>
        (await _transport.PostAsync<ModelAnswer>($"{Models}/create", new { name, description, tags = KeyValue.List(tags) }, cancellationToken)).RegisteredModel.ToModel();

    /// <summary>The model of that name, made now if there is none.</summary>
    public async Task<RegisteredModel> GetOrCreateAsync(string name, CancellationToken cancellationToken = default)
    {
        try
        {
            return await GetAsync(name, cancellationToken);
        }
        catch (MLOpsClientException e) when (e.Status == HttpStatusCode.NotFound)
        {
            try
            {
                return await CreateAsync(name, cancellationToken: cancellationToken);
            }
            catch (MLOpsClientException race) when (race.Code == AlreadyExists)
            {
                // Another client made it between the two calls.
                return await GetAsync(name, cancellationToken);
            }
        }
    }

    /// <summary>Registers a folder of a run's artifacts as the next version of a model, which is made when missing.</summary>
    /// <param name="artifactPath">The model's folder inside the run's artifacts.</param>
    public async Task<ModelVersion> RegisterAsync(string name, Run run, string artifactPath = "model", string? description = null, CancellationToken cancellationToken = default)
    {
        await GetOrCreateAsync(name, cancellationToken);
        return await CreateVersionAsync(name, $"{run.Info.ArtifactUri?.TrimEnd('/')}/{artifactPath.Trim('/')}", run.Info.RunId, description, cancellationToken: cancellationToken);
    }

    public Task RenameAsync(string name, string newName, CancellationToken cancellationToken = default) =>
        _transport.PostAsync($"{Models}/rename", new { name, new_name = newName }, cancellationToken);

    public Task UpdateAsync(string name, string description, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Patch, $"{Models}/update", new { name, description }, cancellationToken);

    /// <summary>Removes a model with all its versions.</summary>
    public Task DeleteAsync(string name, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Delete, $"{Models}/delete", new { name }, cancellationToken);

    public Task SetTagAsync(string name, string key, string value, CancellationToken cancellationToken = default) =>
        _transport.PostAsync($"{Models}/set-tag", new { name, key, value }, cancellationToken);

    public Task DeleteTagAsync(string name, string key, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Delete, $"{Models}/delete-tag", new { name, key }, cancellationToken);

    /// <summary>Points an alias at a version, whatever it pointed at before.</summary>
    public Task SetAliasAsync(string name, string alias, int version, CancellationToken cancellationToken = default) =>
        _transport.PostAsync($"{Models}/alias", new { name, alias, version = Text(version) }, cancellationToken);

    public Task DeleteAliasAsync(string name, string alias, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Delete, $"{Models}/alias", new { name, alias }, cancellationToken);

    /// <summary>The version that an alias points at.</summary>
    public async Task<ModelVersion> GetByAliasAsync(string name, string alias, CancellationToken cancellationToken = default) =>
        (await _transport.GetAsync<VersionAnswer>(QueryPath.WithQuery($"{Models}/alias", ("name", name), ("alias", alias)), cancellationToken)).ModelVersion.ToVersion();

    /// <summary>Every move of a stage or an alias, rename and deletion, newest first. Of this platform; a plain MLflow server has none.</summary>
    public async Task<IReadOnlyList<ModelChange>> GetHistoryAsync(string name, CancellationToken cancellationToken = default) =>
        await Paging.ReadAsync<ModelChange>(
            async (token, cancelled) =>
            {
                var path = QueryPath.WithQuery($"{Native}/{QueryPath.Segment(name)}/history", ("max_results", ModelsPage), ("page_token", token));
                var answer = await _transport.GetAsync<HistoryAnswer>(path, cancelled);
                return (answer.History, answer.NextPageToken);
            },
            cancellationToken).ToListAsync(cancellationToken);

    /// <summary>Puts the previous Production version back and archives the current one. Of this platform; a plain MLflow server cannot.</summary>
    public Task<ModelRollback> RollbackAsync(string name, string? comment = null, CancellationToken cancellationToken = default) =>
        _transport.PostAsync<ModelRollback>($"{Native}/{QueryPath.Segment(name)}/rollback", new { comment }, cancellationToken);

    private sealed record ModelsAnswer(IReadOnlyList<MlflowRegisteredModel>? RegisteredModels, string? NextPageToken);

    private sealed record ModelAnswer(MlflowRegisteredModel RegisteredModel);

    private sealed record VersionAnswer(MlflowModelVersion ModelVersion);

    private sealed record HistoryAnswer(IReadOnlyList<ModelChange>? History, string? NextPageToken);
}
