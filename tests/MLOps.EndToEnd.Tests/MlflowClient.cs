using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace MLOps.EndToEnd.Tests;

/// <summary>The few calls of MLflow's protocol that the tests of whole processes make; an answer that is not the expected one fails the test with its text.</summary>
internal sealed class MlflowClient(string url) : IDisposable
{
    private const string Api = "/api/2.0/mlflow/";
    private const string Proxy = "/api/2.0/mlflow-artifacts/artifacts/";
    private readonly HttpClient _http = new() { BaseAddress = new Uri(url) };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    public async Task<JsonElement> PostAsync(string route, object body)
    {
        using var answer = await _http.PostAsJsonAsync(Api + route, body, Cancelled);
        return await JsonAsync(answer, HttpStatusCode.OK);
    }

    public async Task<JsonElement> GetAsync(string route, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await _http.GetAsync(Api + route, Cancelled);
        return await JsonAsync(answer, expected);
    }

    /// <param name="path">Of the whole server.</param>
    public async Task<string> GetTextAsync(string path)
    {
        using var answer = await _http.GetAsync(path, Cancelled);
        var text = await answer.Content.ReadAsStringAsync(Cancelled);
        Assert.True(answer.IsSuccessStatusCode, $"{path} answered {answer.StatusCode}: {text}");
        return text;
    }

    /// <summary>Uploads as MLflow's client does: by the server, for a location that it serves.</summary>
    public async Task PutArtifactAsync(string uri, string content)
    {
        Assert.StartsWith("mlflow-artifacts:/", uri, StringComparison.Ordinal);
        using var body = new StringContent(content);
        using var answer = await _http.PutAsync(Proxy + uri["mlflow-artifacts:/".Length..], body, Cancelled);
        await JsonAsync(answer, HttpStatusCode.OK);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        var text = await answer.Content.ReadAsStringAsync(Cancelled);
        Assert.True(answer.StatusCode == expected, $"{answer.RequestMessage?.RequestUri} answered {answer.StatusCode}: {text}");
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }
}
