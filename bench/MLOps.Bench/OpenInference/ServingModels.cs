using System.Net.Http.Json;
using System.Text.Json;
using MLOps.Testing.Onnx;

namespace MLOps.Bench.OpenInference;

/// <summary>The two models that serving is measured on, registered and deployed by the platform's public routes: <c>bench-mlp</c>, dense
/// 64-128-4, and <c>bench-tcn</c>, three dilated convolutions over [1, 127, 64].</summary>
internal static class ServingModels
{
    private const string Api = "api/2.0/mlflow/";
    private const int IntegersAttribute = 7;

    public static async Task DeployAsync(Uri baseUrl, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = baseUrl };
        var experiment = (await PostAsync(client, Api + "experiments/create", new { name = "bench-serving-" + Guid.NewGuid().ToString("n")[..8] }, cancellationToken)).GetProperty("experiment_id").GetString();
        foreach (var (name, model) in ((string, byte[])[])[("bench-mlp", Mlp(64, 128, 4)), ("bench-tcn", Tcn(127, 64, 32, 4))])
        {
            var run = (await PostAsync(client, Api + "runs/create", new { experiment_id = experiment, start_time = 1_700_000_000_000 }, cancellationToken)).GetProperty("run").GetProperty("info");
            using (var stored = await client.PutAsync($"api/2.0/mlflow-artifacts/artifacts/{experiment}/{run.GetProperty("run_id")}/artifacts/model/model.onnx", new ByteArrayContent(model), cancellationToken))
            {
                stored.EnsureSuccessStatusCode();
            }

            using (await client.PostAsJsonAsync(Api + "registered-models/create", new { name }, cancellationToken))
            {
                // That it exists is as good.
            }

            var version = await PostAsync(client, Api + "model-versions/create", new { name, source = $"{run.GetProperty("artifact_uri").GetString()}/model", run_id = run.GetProperty("run_id").GetString() }, cancellationToken);
            await PostAsync(client, "mlops/deploy", new { endpoint = name, model_uri = $"models:/{name}/{version.GetProperty("model_version").GetProperty("version").GetString()}" }, cancellationToken);
        }
    }

    private static byte[] Mlp(int inputs, int hidden, int outputs) => TinyModels.Model(TinyModels.Graph(
        [TinyModels.Node("Gemm", ["x", "w1", "b1"], ["h"]), TinyModels.Node("Relu", ["h"], ["r"]), TinyModels.Node("Gemm", ["r", "w2", "b2"], ["y"])],
        [Weights("w1", inputs, hidden), Weights("b1", hidden), Weights("w2", hidden, outputs), Weights("b2", outputs)],
        [TinyModels.Value("x", TinyModels.FloatElements, [-1, inputs])],
        [TinyModels.Value("y", TinyModels.FloatElements, [-1, outputs])]));

    private static byte[] Tcn(int steps, int features, int channels, int outputs) => TinyModels.Model(TinyModels.Graph(
        [
            TinyModels.Node("Transpose", ["x"], ["t"], Integers("perm", 0, 2, 1)),
            .. Convolution("t", "c1", 1), .. Convolution("c1r", "c2", 2), .. Convolution("c2r", "c3", 4),
            TinyModels.Node("GlobalAveragePool", ["c3r"], ["p"]), TinyModels.Node("Flatten", ["p"], ["f"]), TinyModels.Node("Gemm", ["f", "w4", "b4"], ["y"]),
        ],
        [
            Weights("c1w", channels, features, 3), Weights("c1b", channels), Weights("c2w", channels, channels, 3), Weights("c2b", channels),
            Weights("c3w", channels, channels, 3), Weights("c3b", channels), Weights("w4", channels, outputs), Weights("b4", outputs),
        ],
        [TinyModels.Value("x", TinyModels.FloatElements, [-1, steps, features])],
        [TinyModels.Value("y", TinyModels.FloatElements, [-1, outputs])]));

    /// <summary>Causal: padded on the left alone.</summary>
    private static OnnxBytes[] Convolution(string input, string name, int dilation) =>
    [
        TinyModels.Node("Conv", [input, name + "w", name + "b"], [name], Integers("dilations", dilation), Integers("kernel_shape", 3), Integers("pads", 2 * dilation, 0)),
        TinyModels.Node("Relu", [name], [name + "r"]),
    ];

    private static OnnxBytes Integers(string name, params ReadOnlySpan<int> values)
    {
        var attribute = new OnnxBytes().Text(1, name);
        foreach (var value in values)
        {
            attribute.Number(8, value);
        }

        return attribute.Number(20, IntegersAttribute);
    }

    private static OnnxBytes Weights(string name, params long[] shape) =>
        TinyModels.Tensor(name, shape, [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (product, length) => product * length)).Select(i => ((i * 37 % 101) - 50) / 500f)]);

    private static async Task<JsonElement> PostAsync(HttpClient client, string path, object body, CancellationToken cancellationToken)
    {
        using var response = await client.PostAsJsonAsync(path, body, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }

        return await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
    }
}
