using System.Net;
using System.Text;
using System.Text.Json;

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>Calls with JSON as text, sent and answered.</summary>
internal static class JsonCalls
{
    /// <param name="body">JSON; null: the request has none.</param>
    public static async Task<(HttpStatusCode Status, string Body)> SendJsonAsync(this HttpClient http, HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public static JsonElement Json(string text)
    {
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }
}
