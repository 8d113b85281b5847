using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace MLOps.Client.Http;

/// <summary>One request, one answer, one kind of exception.</summary>
internal sealed class Transport
{
    private readonly HttpClient _http;
    private readonly AuthenticationHeaderValue? _credentials;

    /// <param name="credentials">Sent with every request, unless the client has its own.</param>
    public Transport(HttpClient http, AuthenticationHeaderValue? credentials = null)
    {
        if (http.BaseAddress is null)
        {
            throw new ArgumentException("The HttpClient has no BaseAddress: set it to the gateway's address, for example http://localhost:5000.", nameof(http));
        }

        _http = http;
        _credentials = http.DefaultRequestHeaders.Authorization is null ? credentials : null;
    }

    public Uri Gateway => _http.BaseAddress!;

    public Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) =>
        SendAsync<T>(HttpMethod.Get, path, null, cancellationToken);

    public Task<T> PostAsync<T>(string path, object body, CancellationToken cancellationToken) =>
        SendAsync<T>(HttpMethod.Post, path, Json(body), cancellationToken);

    public Task PostAsync(string path, object body, CancellationToken cancellationToken) => SendAsync(HttpMethod.Post, path, body, cancellationToken);

    /// <summary>Sends JSON by any method and drops the answer's body.</summary>
    public async Task SendAsync(HttpMethod method, string path, object body, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(method, path, Json(body), cancellationToken);
    }

    public async Task<T> SendAsync<T>(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(method, path, content, cancellationToken);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonSerializer.DeserializeAsync<T>(body, ClientJson.Options, cancellationToken)
                ?? throw new JsonException("The answer is null.");
        }
        catch (JsonException e)
        {
            throw new MLOpsClientException(
                $"{method} {new Uri(Gateway, Relative(path))} answered {response.Content.Headers.ContentType?.MediaType ?? "something"} that is not the JSON expected ({e.Message}) Is {Gateway} the gateway's address?",
                MLOpsClientException.BadAnswer,
                response.StatusCode,
                e);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw Unreachable(e);
        }
    }

    /// <summary>Sends and returns once the headers are there. The answer is a success and the caller's to dispose.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken, string? accept = null)
    {
        using var request = new HttpRequestMessage(method, Relative(path)) { Content = content };
        request.Headers.Authorization = _credentials;
        if (accept is not null)
        {
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        }

        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw Unreachable(e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MLOpsClientException($"The gateway at {Gateway} did not answer {method} {path} in time.", MLOpsClientException.TimedOut, inner: e);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await ErrorAnswer.ReadAsync(response, cancellationToken);
        }
    }

    /// <summary>Reads on in a stream of events.</summary>
    public async ValueTask<bool> NextAsync<T>(IAsyncEnumerator<SseItem<T>> events)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw Unreachable(e);
        }
        catch (JsonException e)
        {
            throw new MLOpsClientException($"An event of the stream is not the JSON expected ({e.Message})", MLOpsClientException.BadAnswer, HttpStatusCode.OK, e);
        }
    }

    public MLOpsClientException Unreachable(Exception e) => new(
        $"Cannot reach the gateway at {Gateway}: {e.Message}", MLOpsClientException.Unreachable, inner: e);

    public static HttpContent Json(object body)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), ClientJson.Options));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    // A gateway may live under a path (http://host/mlops/): a leading slash would leave it.
    private static string Relative(string path) => path.TrimStart('/');
}
