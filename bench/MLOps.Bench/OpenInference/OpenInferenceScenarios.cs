using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MLOps.Bench.Load;

namespace MLOps.Bench.OpenInference;

/// <summary>Inference requests, shaped by the model's own metadata.</summary>
internal static class OpenInferenceScenarios
{
    /// <param name="ceiling">Address of <see cref="EchoServer"/>: the same bodies are sent there, beside the server; null: they are not.</param>
    /// <param name="rows">What free dimensions are: more rows make a heavier request.</param>
    public static async Task<IReadOnlyList<Scenario>> CreateAsync(Uri baseUrl, string model, Uri? ceiling, CancellationToken cancellationToken, int rows = 1)
    {
        using var client = new HttpClient { BaseAddress = baseUrl };
        var path = $"v2/models/{Uri.EscapeDataString(model)}";
        var metadata = await client.GetFromJsonAsync<JsonElement>(path, cancellationToken);
        var inputs = metadata.GetProperty("inputs").EnumerateArray().Select(input => Input.From(input, rows)).ToArray();

        var json = Encoding.UTF8.GetBytes("{\"inputs\":[" + string.Join(',', inputs.Select(input => input.Json())) + "]}");
        var header = Encoding.UTF8.GetBytes(
            "{\"parameters\":{\"binary_data_output\":true},\"inputs\":[" + string.Join(',', inputs.Select(input => input.BinaryHeader())) + "]}");
        var headerLength = string.Create(CultureInfo.InvariantCulture, $"Inference-Header-Content-Length: {header.Length}\r\n");
        byte[] binary = [.. header, .. inputs.SelectMany(input => input.Bytes())];

        var message = InferMessage.Of(model, inputs.Select(input => (input.Name, input.Datatype, input.Shape, input.Bytes())));
        var call = new LoadRequest("POST", "inference.GRPCInferenceService/ModelInfer", message);
        Scenario[] echoes = ceiling is null
            ? []
            :
            [
                new("echo-json", (_, _) => new LoadRequest("POST", "echo", json, "application/json"), async stop => await RawConnection.OpenAsync(ceiling, stop)),
                new("echo-binary", (_, _) => new LoadRequest("POST", "echo", binary, "application/octet-stream", headerLength), async stop => await RawConnection.OpenAsync(ceiling, stop)),
                new("echo-grpc", (_, _) => call, async stop => await GrpcConnection.OpenAsync(EchoServer.OfGrpc(ceiling), stop)),
            ];
        return
        [
            .. echoes,
            new("live", (_, _) => new LoadRequest("GET", "v2/health/live", default)),
            new("infer-json", (_, _) => new LoadRequest("POST", path + "/infer", json, "application/json")),
            new("infer-binary", (_, _) => new LoadRequest("POST", path + "/infer", binary, "application/octet-stream", headerLength)),
            new("infer-grpc", (_, _) => call, async stop => await GrpcConnection.OpenAsync(baseUrl, stop)),
        ];
    }

    /// <summary>The scenario of binary tensors alone.</summary>
    /// <param name="rows">What free dimensions are: more rows make a heavier request.</param>
    public static async Task<Scenario> BinaryAsync(Uri baseUrl, string model, int rows, CancellationToken cancellationToken) =>
        (await CreateAsync(baseUrl, model, null, cancellationToken, rows)).Single(scenario => scenario.Name == "infer-binary");

    /// <summary>One input tensor filled with small distinct numbers; free dimensions have the rows.</summary>
    private sealed record Input(string Name, string Datatype, long[] Shape)
    {
        private int Count => (int)Shape.Aggregate(1L, (product, length) => product * length);

        private IEnumerable<double> Values => Enumerable.Range(0, Count).Select(i => 0.01 + (i % 97 / 100.0));

        public static Input From(JsonElement input, int rows)
        {
            var datatype = input.GetProperty("datatype").GetString()!;
            return datatype is "FP32" or "FP64"
                ? new Input(input.GetProperty("name").GetString()!, datatype, [.. input.GetProperty("shape").EnumerateArray().Select(length => length.GetInt64() is > 0 and var given ? given : rows)])
                : throw new NotSupportedException($"Input '{input.GetProperty("name")}' is {datatype}: the load program sends FP32 and FP64.");
        }

        public string Json() =>
            $$"""{"name":"{{Name}}","shape":[{{string.Join(',', Shape)}}],"datatype":"{{Datatype}}","data":[{{string.Join(',', Values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)))}}]}""";

        public string BinaryHeader() =>
            $$$"""{"name":"{{{Name}}}","shape":[{{{string.Join(',', Shape)}}}],"datatype":"{{{Datatype}}}","parameters":{"binary_data_size":{{{Bytes().Length}}}}}""";

        public byte[] Bytes() => [.. Values.SelectMany(value => Datatype == "FP32" ? BitConverter.GetBytes((float)value) : BitConverter.GetBytes(value))];
    }
}
