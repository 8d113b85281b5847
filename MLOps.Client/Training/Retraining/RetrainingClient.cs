using System.Net.Http.Headers;
using System.Text.Json;
using MLOps.Client.Http;

namespace MLOps.Client.Training.Retraining;

/// <summary>Policies that train the models of endpoints anew: by schedule or on drift, validated, into Staging and, if wanted, a canary.</summary>
public sealed class RetrainingClient
{
    private readonly Transport _transport;

    internal RetrainingClient(Transport transport) => _transport = transport;

    /// <summary>The policies of all endpoints, by the endpoint's name.</summary>
    public async Task<IReadOnlyList<RetrainingPolicy>> ListAsync(CancellationToken cancellationToken = default) =>
        (await _transport.GetAsync<ListAnswer>("mlops/training/retraining", cancellationToken)).Policies ?? [];

    /// <exception cref="MLOpsClientException">404: the endpoint has none.</exception>
    public Task<RetrainingPolicy> GetAsync(string endpoint, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<RetrainingPolicy>(Path(endpoint), cancellationToken);

    /// <summary>Sets or replaces an endpoint's policy; its schedule begins now.</summary>
    public Task<RetrainingPolicy> SetAsync(string endpoint, RetrainingPolicyRequest policy, CancellationToken cancellationToken = default)
    {
        var body = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(policy, ClientJson.Options));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return _transport.SendAsync<RetrainingPolicy>(HttpMethod.Put, Path(endpoint), body, cancellationToken);
    }

    /// <summary>Takes the policy away, with its history. A training that is under way comes to its end as a plain job.</summary>
    public async Task DeleteAsync(string endpoint, CancellationToken cancellationToken = default)
    {
        using var response = await _transport.SendAsync(HttpMethod.Delete, Path(endpoint), null, cancellationToken);
    }

    /// <summary>Begins a training now.</summary>
    /// <exception cref="MLOpsClientException">409: one is under way.</exception>
    public Task<RetrainingPolicy> StartAsync(string endpoint, CancellationToken cancellationToken = default) =>
        _transport.PostAsync<RetrainingPolicy>($"{Path(endpoint)}/start", new { }, cancellationToken);

    private static string Path(string endpoint) => $"api/v1/mlflow/serving/endpoints/{QueryPath.Segment(endpoint)}/retraining";

    private sealed record ListAnswer(IReadOnlyList<RetrainingPolicy>? Policies);
}
