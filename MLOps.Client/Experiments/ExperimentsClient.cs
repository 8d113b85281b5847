using System.Net;
using MLOps.Client.Http;

namespace MLOps.Client.Experiments;

/// <summary>Experiments.</summary>
public sealed class ExperimentsClient
{
    private const string Root = "api/v1/mlflow/experiments";
    private readonly Transport _transport;

    internal ExperimentsClient(Transport transport) => _transport = transport;

    /// <summary>Every active experiment; pages are fetched until there is none left.</summary>
    public Task<IReadOnlyList<Experiment>> ListAsync(CancellationToken cancellationToken = default) =>
        _transport.GetPagesAsync<ListAnswer, Experiment>(Root, answer => (answer.Experiments, answer.NextPageToken), cancellationToken);

    public Task<Experiment> GetAsync(string name, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Experiment>($"{Root}/{QueryPath.Segment(name)}", cancellationToken);

    public Task<Experiment> CreateAsync(string name, CancellationToken cancellationToken = default) =>
        _transport.PostAsync<Experiment>(Root, new { name }, cancellationToken);

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
            catch (MLOpsClientException race) when (race.Status == HttpStatusCode.Conflict)
            {
                // Another client made it between the two calls.
                return await GetAsync(name, cancellationToken);
            }
        }
    }

    private sealed record ListAnswer(IReadOnlyList<Experiment>? Experiments, string? NextPageToken);
}
