using System.Net.Http.Json;
using System.Text.Json;

namespace MLOps.Bench.Mlflow;

/// <summary>The calls that put into a server what the scenarios then read.</summary>
internal sealed class MlflowSetup(Uri baseUrl) : IDisposable
{
    public const string Api = "api/2.0/mlflow/";

    private readonly HttpClient _client = new() { BaseAddress = baseUrl };

    public async Task<string> CreateExperimentAsync(string name, CancellationToken cancellationToken) =>
        (await PostAsync("experiments/create", new { name }, cancellationToken)).GetProperty("experiment_id").GetString()!;

    public async Task<string> CreateRunAsync(string experiment, string name, long startTime, CancellationToken cancellationToken) =>
        (await PostAsync("runs/create", new { experiment_id = experiment, run_name = name, start_time = startTime }, cancellationToken))
            .GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!;

    public async Task<JsonElement> PostAsync(string path, object body, CancellationToken cancellationToken)
    {
        // With its length: a body in chunks is lost in MLflow under uvicorn.
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, JsonSerializerOptions.Web)) { Headers = { ContentType = new("application/json") } };
        using var response = await _client.PostAsync(Api + path, content, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
    }

    public void Dispose() => _client.Dispose();
}
