using System.Net.Http.Json;
using MLOps.Testing.Onnx;

namespace MLOps.EndToEnd.Tests;

/// <summary>A registered model of two features, made over HTTP as MLflow's clients do.</summary>
internal static class TinyModel
{
    /// <summary>Registers version 1 under the name.</summary>
    public static async Task RegisterAsync(string url, string name, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = new Uri(url) };
        using var onnx = new ByteArrayContent(TinyModels.Mlp(2));
        using var put = await http.PutAsync(new Uri($"/api/2.0/mlflow-artifacts/artifacts/{name}/model.onnx", UriKind.Relative), onnx, cancellationToken);
        put.EnsureSuccessStatusCode();
        using var model = await http.PostAsJsonAsync("/api/2.0/mlflow/registered-models/create", new { name }, cancellationToken);
        model.EnsureSuccessStatusCode();
        using var version = await http.PostAsJsonAsync("/api/2.0/mlflow/model-versions/create", new { name, source = $"mlflow-artifacts:/{name}" }, cancellationToken);
        version.EnsureSuccessStatusCode();
    }
}
