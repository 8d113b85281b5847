using System.Net;
using System.Text;
using System.Text.Json;

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>The few calls that the artifact tests make of everything else.</summary>
internal static class MlflowHttp
{
    public const string Api = "/api/2.0/mlflow/";
    public const string Proxy = "/api/2.0/mlflow-artifacts/";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Posts JSON.</summary>
    /// <returns>The answer's JSON; the status must be this.</returns>
    public static async Task<JsonElement> PostAsync(this HttpClient http, string path, object body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(path, content, Ct);
        return await JsonAsync(answer, expected);
    }

    public static async Task<JsonElement> GetJsonAsync(this HttpClient http, string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await http.GetAsync(path, Ct);
        return await JsonAsync(answer, expected);
    }

    public static async Task PutAsync(this HttpClient http, string path, string text)
    {
        using var content = new StringContent(text);
        using var answer = await http.PutAsync(path, content, Ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }

    /// <returns>Run id and artifact URI of a new run in a new experiment.</returns>
    public static async Task<(string Id, string Uri)> CreateRunAsync(this HttpClient http, string? location = null)
    {
        var experiment = await http.PostAsync(Api + "experiments/create", new { name = Guid.NewGuid().ToString("n"), artifact_location = location });
        var run = await http.PostAsync(Api + "runs/create", new { experiment_id = experiment.GetProperty("experiment_id").GetString() });
        var info = run.GetProperty("run").GetProperty("info");
        return (info.GetProperty("run_id").GetString()!, info.GetProperty("artifact_uri").GetString()!);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.StatusCode == expected, $"expected {expected}, got {answer.StatusCode}: {text}");
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }
}
