using System.Net;
using MLOps.Client.Http;

namespace MLOps.Client.Experiments;

/// <summary>Experiments.</summary>
public sealed class ExperimentsClient
{
    private const string Root = "api/2.0/mlflow/experiments";
    private const int Page = 1000;
    private const string AlreadyExists = "RESOURCE_ALREADY_EXISTS";
    private readonly Transport _transport;

    internal ExperimentsClient(Transport transport) => _transport = transport;

    /// <summary>Every experiment that is not deleted, newest first.</summary>
    public async Task<IReadOnlyList<Experiment>> ListAsync(CancellationToken cancellationToken = default) =>
        await SearchAsync(cancellationToken: cancellationToken).ToListAsync(cancellationToken);

    /// <summary>Experiments by MLflow's search grammar, for example <c>name LIKE 'desk/%' AND tags.team = 'rates'</c>; pages are fetched as they are needed.</summary>
    /// <param name="viewType"><c>ACTIVE_ONLY</c>, <c>DELETED_ONLY</c> or <c>ALL</c>.</param>
    public IAsyncEnumerable<Experiment> SearchAsync(
        string? filter = null,
        IReadOnlyList<string>? orderBy = null,
        string viewType = "ACTIVE_ONLY",
        CancellationToken cancellationToken = default) =>
        Paging.ReadAsync<Experiment>(
            async (token, cancelled) =>
            {
                var body = new { filter, order_by = orderBy, view_type = viewType, max_results = Page, page_token = token };
                var answer = await _transport.PostAsync<SearchAnswer>($"{Root}/search", body, cancelled);
                return (answer.Experiments?.Select(experiment => experiment.ToExperiment()).ToList(), answer.NextPageToken);
            },
            cancellationToken);

    /// <summary>The experiment of a name, deleted ones too.</summary>
    public async Task<Experiment> GetAsync(string name, CancellationToken cancellationToken = default) =>
        (await _transport.GetAsync<ExperimentAnswer>(QueryPath.WithQuery($"{Root}/get-by-name", ("experiment_name", name)), cancellationToken)).Experiment.ToExperiment();

    public async Task<Experiment> GetByIdAsync(string experimentId, CancellationToken cancellationToken = default) =>
        (await _transport.GetAsync<ExperimentAnswer>(QueryPath.WithQuery($"{Root}/get", ("experiment_id", experimentId)), cancellationToken)).Experiment.ToExperiment();

    public Task<Experiment> CreateAsync(string name, CancellationToken cancellationToken = default) => CreateAsync(name, null, null, cancellationToken);

    /// <param name="artifactLocation">Where its runs' files go; null: where the server puts them.</param>
    public async Task<Experiment> CreateAsync(
        string name,
        string? artifactLocation,
        IReadOnlyDictionary<string, string>? tags = null,
        CancellationToken cancellationToken = default)
    {
        var body = new { name, artifact_location = artifactLocation, tags = KeyValue.List(tags) };
        var created = await _transport.PostAsync<CreateAnswer>($"{Root}/create", body, cancellationToken);
        return await GetByIdAsync(created.ExperimentId, cancellationToken);
    }

    /// <summary>The experiment of that name, made now if there is none.</summary>
    public async Task<Experiment> GetOrCreateAsync(string name, CancellationToken cancellationToken = default)
    {
        try
        {
            return await GetAsync(name, cancellationToken);
        }
        catch (MLOpsClientException e) when (e.Status == HttpStatusCode.NotFound)
        {
            try
            {
                return await CreateAsync(name, cancellationToken);
            }
            catch (MLOpsClientException race) when (race.Code == AlreadyExists)
            {
                // Another client made it between the two calls.
                return await GetAsync(name, cancellationToken);
            }
        }
    }

    public Task RenameAsync(string experimentId, string newName, CancellationToken cancellationToken = default) =>
        _transport.PostAsync($"{Root}/update", new { experiment_id = experimentId, new_name = newName }, cancellationToken);

    public Task SetTagAsync(string experimentId, string key, string value, CancellationToken cancellationToken = default) =>
        _transport.PostAsync($"{Root}/set-experiment-tag", new { experiment_id = experimentId, key, value }, cancellationToken);

    /// <summary>Marks an experiment and its runs as deleted. Its name stays taken.</summary>
    public Task DeleteAsync(string experimentId, CancellationToken cancellationToken = default) =>
        _transport.PostAsync($"{Root}/delete", new { experiment_id = experimentId }, cancellationToken);

    public Task RestoreAsync(string experimentId, CancellationToken cancellationToken = default) =>
        _transport.PostAsync($"{Root}/restore", new { experiment_id = experimentId }, cancellationToken);

    private sealed record ExperimentAnswer(MlflowExperiment Experiment);

    private sealed record CreateAnswer(string ExperimentId);

    private sealed record SearchAnswer(IReadOnlyList<MlflowExperiment>? Experiments, string? NextPageToken);
}
