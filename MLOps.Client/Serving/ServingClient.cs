using System.Net.Http.Headers;
using System.Text.Json;
using MLOps.Client.Http;

namespace MLOps.Client.Serving;

/// <summary>Serving endpoints and predictions.</summary>
public sealed class ServingClient
{
    private const string Root = "api/v1/mlflow/serving";
    private readonly Transport _transport;

    internal ServingClient(Transport transport) => _transport = transport;

    public async Task<IReadOnlyList<ServingEndpoint>> ListAsync(CancellationToken cancellationToken = default) =>
        (await _transport.GetAsync<ListAnswer>($"{Root}/endpoints", cancellationToken)).Endpoints ?? [];

    public Task<ServingEndpoint> GetAsync(string endpoint, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<ServingEndpoint>($"{Root}/endpoints/{QueryPath.Segment(endpoint)}", cancellationToken);

    /// <summary>Creates or changes an endpoint with one model behind it.</summary>
    /// <param name="modelUri"><c>models:/name/3</c>, <c>models:/name/Production</c> or <c>models:/name@alias</c>.</param>
    public Task<ServingEndpoint> DeployAsync(string endpoint, string modelUri, CancellationToken cancellationToken = default) =>
        _transport.PostAsync<ServingEndpoint>($"{Root}/deploy", new { endpoint, model_uri = modelUri }, cancellationToken);

    /// <summary>Creates or changes an endpoint with several arms.</summary>
    public Task<ServingEndpoint> DeployAsync(string endpoint, IReadOnlyList<VariantRequest> variants, CancellationToken cancellationToken = default) =>
        _transport.PostAsync<ServingEndpoint>($"{Root}/deploy", new { endpoint, variants }, cancellationToken);

    /// <summary>Creates or changes an endpoint with canary, test, limits and capture.</summary>
    public Task<ServingEndpoint> DeployAsync(DeploymentRequest deployment, CancellationToken cancellationToken = default) =>
        _transport.PostAsync<ServingEndpoint>($"{Root}/deploy", deployment, cancellationToken);

    /// <summary>Counts, shadow differences, canary and A/B test over all gateways.</summary>
    public Task<EndpointInsight> GetInsightAsync(string endpoint, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<EndpointInsight>($"{Root}/endpoints/{QueryPath.Segment(endpoint)}/insight", cancellationToken);

    /// <summary>The newest lines of the endpoint's history.</summary>
    public async Task<IReadOnlyList<EndpointEvent>> GetHistoryAsync(string endpoint, CancellationToken cancellationToken = default) =>
        (await _transport.GetAsync<HistoryAnswer>($"{Root}/endpoints/{QueryPath.Segment(endpoint)}/history", cancellationToken)).Events ?? [];

    /// <summary>Gives the running canary all traffic.</summary>
    public Task<ServingEndpoint> PromoteCanaryAsync(string endpoint, CancellationToken cancellationToken = default) =>
        _transport.PostAsync<ServingEndpoint>($"{Root}/endpoints/{QueryPath.Segment(endpoint)}/canary/promote", new { }, cancellationToken);

    /// <summary>Takes the running canary's traffic away.</summary>
    public Task<ServingEndpoint> AbortCanaryAsync(string endpoint, CancellationToken cancellationToken = default) =>
        _transport.PostAsync<ServingEndpoint>($"{Root}/endpoints/{QueryPath.Segment(endpoint)}/canary/abort", new { }, cancellationToken);

    /// <summary>Attaches outcomes to requests. Sending one again changes nothing.</summary>
    public Task<FeedbackResult> SendFeedbackAsync(string endpoint, IReadOnlyList<Outcome> outcomes, CancellationToken cancellationToken = default) =>
        _transport.PostAsync<FeedbackResult>($"{Root}/endpoints/{QueryPath.Segment(endpoint)}/feedback", new { outcomes }, cancellationToken);

    public async Task DeleteAsync(string endpoint, CancellationToken cancellationToken = default)
    {
        using var response = await _transport.SendAsync(HttpMethod.Delete, $"{Root}/endpoints/{QueryPath.Segment(endpoint)}", null, cancellationToken);
    }

    /// <summary>One prediction by Open Inference Protocol v2.</summary>
    public async Task<InferenceResult> InferAsync(string endpoint, InferenceRequest request, CancellationToken cancellationToken = default)
    {
        var content = new ReadOnlyMemoryContent(InferenceJson.Write(request));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var answer = await _transport.SendAsync<JsonElement>(HttpMethod.Post, $"v2/models/{QueryPath.Segment(endpoint)}/infer", content, cancellationToken);
        try
        {
            return InferenceJson.Read(answer);
        }
        catch (JsonException e)
        {
            throw new MLOpsClientException($"Endpoint '{endpoint}' gave no inference answer: {e.Message}", MLOpsClientException.BadAnswer, System.Net.HttpStatusCode.OK, e);
        }
    }

    /// <inheritdoc cref="InferAsync(string,InferenceRequest,CancellationToken)"/>
    public Task<InferenceResult> InferAsync(string endpoint, Tensor input, DateTimeOffset? eventTime = null, CancellationToken cancellationToken = default) =>
        InferAsync(endpoint, new InferenceRequest { Inputs = [input], EventTime = eventTime }, cancellationToken);

    /// <summary>Predictions by MLflow's scoring form: of the model's inputs, or of raw rows (bars), of which the version that answers makes its inputs through its own feature pipeline.</summary>
    /// <param name="form">An object with exactly one of <c>inputs</c>, <c>instances</c>, <c>dataframe_split</c>, <c>dataframe_records</c>.</param>
    public Task<ScoreResult> ScoreAsync(string endpoint, object form, CancellationToken cancellationToken = default) =>
        _transport.PostAsync<ScoreResult>($"api/v1/mlflow/serve/{QueryPath.Segment(endpoint)}", form, cancellationToken);

    private sealed record HistoryAnswer(IReadOnlyList<EndpointEvent>? Events);

    private sealed record ListAnswer(IReadOnlyList<ServingEndpoint>? Endpoints);
}
