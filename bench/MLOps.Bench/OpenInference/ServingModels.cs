using System.Net;
using System.Net.Http.Json;
using MLOps.Bench.Engine;
using MLOps.Bench.Mlflow;
using MLOps.Testing.Onnx;

namespace MLOps.Bench.OpenInference;

/// <summary>The models that serving is measured on, registered and deployed by the platform's public routes: <c>bench-mlp</c> (dense, 64-128-4),
/// <c>bench-tcn</c> (dilated convolutions over [1, 127, 64]), and <c>bench-heavy</c>, a model of milliseconds behind limits.</summary>
internal static class ServingModels
{
    /// <param name="replicas">Of each model; a cluster spreads them over its silos.</param>
    public static async Task DeployAsync(Uri baseUrl, int replicas, CancellationToken cancellationToken)
    {
        using var server = new MlflowSetup(baseUrl);
        using var client = new HttpClient { BaseAddress = baseUrl };
        var experiment = await server.CreateExperimentAsync("bench-serving-" + Guid.NewGuid().ToString("n")[..8], cancellationToken);
        foreach (var (name, model, limits) in ((string, byte[], object?)[])
            [
                ("bench-mlp", BenchModels.Mlp(64, 128, 4), null),
                ("bench-tcn", BenchModels.Tcn(), null),
                ("bench-heavy", TinyModels.Slow(256, 40), new { max_concurrency = 1, max_queue = 1 }),
            ])
        {
            var run = await server.CreateRunAsync(experiment, name, 1_700_000_000_000, cancellationToken);
            var folder = $"{experiment}/{run}/artifacts/model";
            using (var stored = await client.PutAsync($"api/2.0/mlflow-artifacts/artifacts/{folder}/model.onnx", new ByteArrayContent(model), cancellationToken))
            {
                stored.EnsureSuccessStatusCode();
            }

            using (var created = await client.PostAsJsonAsync(MlflowSetup.Api + "registered-models/create", new { name }, cancellationToken))
            {
                // That it exists is as good.
                if (created.StatusCode != HttpStatusCode.BadRequest || !(await created.Content.ReadAsStringAsync(cancellationToken)).Contains("RESOURCE_ALREADY_EXISTS", StringComparison.Ordinal))
                {
                    created.EnsureSuccessStatusCode();
                }
            }

            var version = await server.PostAsync("model-versions/create", new { name, source = "mlflow-artifacts:/" + folder, run_id = run }, cancellationToken);
            using var deployed = await client.PostAsJsonAsync(
                "mlops/deploy",
                new
                {
                    endpoint = name,
                    variants = new[] { new { name = "main", model_uri = $"models:/{name}/{version.GetProperty("model_version").GetProperty("version").GetString()}", weight = 1, replicas } },
                    limits,
                },
                cancellationToken);
            deployed.EnsureSuccessStatusCode();
        }
    }
}
