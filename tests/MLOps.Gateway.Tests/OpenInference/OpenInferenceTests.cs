using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Endpoints;
using MLOps.Gateway.Tests.Endpoints;
using MLOps.Testing.Onnx;

namespace MLOps.Gateway.Tests.OpenInference;

public sealed class OpenInferenceTests(ServingPlatform platform) : IClassFixture<ServingPlatform>, IAsyncLifetime
{
    private const string Header = "Inference-Header-Content-Length";
    private const string Good = """{"inputs":[{"name":"x","shape":[1,3],"datatype":"FP32","data":[1,2,3]}]}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var version = await platform.RegisterAsync("mlp", TinyModels.Mlp());
        await platform.Services.GetRequiredService<IGrainFactory>().GetGrain<IEndpointGrain>("mlp")
            .DeployAsync(new EndpointSpec(new[] { new VariantSpec("default", $"models:/mlp/{version}") }, null));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("/v2", 200)]
    [InlineData("/v2/health/live", 200)]
    [InlineData("/v2/health/ready", 200)]
    [InlineData("/v2/models/mlp", 200)]
    [InlineData("/v2/models/mlp/ready", 200)]
    [InlineData("/v2/models/mlp/stats", 200)]
    [InlineData("/v2/models/stats", 200)]
    [InlineData("/v2/models/mlp/versions/999", 404)]
    [InlineData("/v2/models/...", 404)]
    [InlineData("/v2/models/model..1", 404)]
    [InlineData("/v2/models/%20..", 400)]
    [InlineData("/v2/models/%20", 400)]
    [InlineData("/v2/models/mlp/", 404)]
    [InlineData("/v2/nonsense", 404)]
    [InlineData("/v2/models/..%2Fetc", 400)]
    [InlineData("/v2/models/a%2F..%2Fb", 400)]
    public async Task Get_Route_AnswersWithStatus(string path, int status)
    {
        using var answer = await platform.Http.GetAsync(path, Ct);
        Assert.Equal(status, (int)answer.StatusCode);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
        Assert.Equal(status >= 400, json.TryGetProperty("error", out _));
    }

    [Theory]
    [InlineData("GET", "/v2/models/mlp/infer", "POST")]
    [InlineData("PUT", "/v2/models/mlp/versions/1/infer", "POST")]
    [InlineData("POST", "/v2/models/mlp", "GET")]
    [InlineData("DELETE", "/v2/models/mlp/ready", "GET")]
    [InlineData("POST", "/v2/models/stats", "GET")]
    [InlineData("GET", "/v2/repository/index", "POST")]
    [InlineData("GET", "/v2/repository/models/mlp/load", "POST")]
    [InlineData("POST", "/v2/health/live", "GET")]
    [InlineData("POST", "/v2", "GET")]
    public async Task Route_AskedByAnotherMethod_Is405AndSaysWhich(string method, string path, string allow)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await platform.Http.SendAsync(request, Ct);
        await AssertRefusedAsync(answer, HttpStatusCode.MethodNotAllowed);
        Assert.Equal([allow], answer.Content.Headers.Allow);
    }

    [Fact]
    public async Task Versions_OfAShadow_AreNeitherListedNorAsked()
    {
        await platform.RegisterAsync("mirror", TinyModels.Mlp());
        await platform.RegisterAsync("mirror", TinyModels.Mlp());
        await platform.Services.GetRequiredService<IGrainFactory>().GetGrain<IEndpointGrain>("mirror")
            .DeployAsync(new EndpointSpec(new[] { new VariantSpec("live", "models:/mirror/1"), new VariantSpec("dark", "models:/mirror/2", 0, Role: VariantRole.Shadow) }, null));

        var index = await IndexAsync("{}");
        Assert.Equal(["1"], index.EnumerateArray().Where(model => model.GetProperty("name").GetString() == "mirror").Select(model => model.GetProperty("version").GetString()));
        var metadata = await platform.Http.GetFromJsonAsync<JsonElement>("/v2/models/mirror", Ct);
        Assert.Equal(["1"], metadata.GetProperty("versions").EnumerateArray().Select(version => version.GetString()));
        var statistics = await platform.Http.GetFromJsonAsync<JsonElement>("/v2/models/mirror/stats", Ct);
        Assert.Equal(["1"], statistics.GetProperty("model_stats").EnumerateArray().Select(one => one.GetProperty("version").GetString()));
        foreach (var path in new[] { "", "/ready", "/stats" })
        {
            using var live = await platform.Http.GetAsync($"/v2/models/mirror/versions/1{path}", Ct);
            using var dark = await platform.Http.GetAsync($"/v2/models/mirror/versions/2{path}", Ct);
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (live.StatusCode, dark.StatusCode));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync("/v2/models/mirror/versions/2/infer", Encoding.UTF8.GetBytes(Good))).StatusCode);
    }

    /// <summary>Extensions that the protocol has and this server does not.</summary>
    [Theory]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,3],"datatype":"FP32","data":[1,2,3]}],"outputs":[{"name":"y","parameters":{"classification":2}}]}""", "classification")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,3],"datatype":"FP32","parameters":{"shared_memory_region":"r"}}]}""", "shared memory")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,3],"datatype":"FP32","data":[1,2,3]}],"outputs":[{"name":"y","parameters":{"shared_memory_region":"r"}}]}""", "shared memory")]
    public async Task Infer_ExtensionThatIsNotOffered_Is501(string json, string extension)
    {
        using var answer = await PostAsync("/v2/models/mlp/infer", Encoding.UTF8.GetBytes(json));
        Assert.Contains(extension, await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        await AssertRefusedAsync(answer, HttpStatusCode.NotImplemented);
    }

    [Theory]
    [InlineData("""{"parameters":null,"outputs":null,"id":null,"inputs":[{"name":"x","shape":[1,3],"datatype":"FP32","parameters":null,"data":[1,2,3]}]}""")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,3],"datatype":"FP32","data":[1,2,3]}],"outputs":[{"name":"y","parameters":null}]}""")]
    public async Task Infer_Null_IsAbsent(string json)
    {
        using var answer = await PostAsync("/v2/models/mlp/infer", Encoding.UTF8.GetBytes(json));
        var body = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.IsSuccessStatusCode, body);
        Assert.Contains("13.5", body, StringComparison.Ordinal);
    }

    /// <summary>Every way in, with the length said before and without: one byte over the limit is too large, and the limit itself is not.</summary>
    [Theory]
    [InlineData("/v2/models/mlp/infer", false)]
    [InlineData("/v2/models/mlp/infer", true)]
    [InlineData("/endpoints/mlp/invocations", false)]
    [InlineData("/api/v1/mlflow/serve/mlp", false)]
    [InlineData("/api/v1/mlflow/serve/mlp", true)]
    public async Task Body_OverTheLimit_Is413AndOneAtItPasses(string path, bool chunked)
    {
        const int Limit = 64 << 20;
        var json = path.StartsWith("/v2", StringComparison.Ordinal) ? Good : """{"inputs":[[1,2,3]]}""";
        foreach (var (length, status) in new[] { (Limit, HttpStatusCode.OK), (Limit + 1, HttpStatusCode.RequestEntityTooLarge) })
        {
            var body = new byte[length];
            Array.Fill(body, (byte)' ');
            Encoding.UTF8.GetBytes(json, body);
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
            request.Headers.TransferEncodingChunked = chunked;
            request.Headers.ExpectContinue = true;
            request.Content.Headers.ContentType = new("application/json");
            using var answer = await platform.Http.SendAsync(request, Ct);
            Assert.True(answer.StatusCode == status, $"{length} bytes: {answer.StatusCode} {await answer.Content.ReadAsStringAsync(Ct)}");
        }
    }

    [Fact]
    public async Task Metadata_Model_SaysInputsAndPlatform()
    {
        var json = await platform.Http.GetFromJsonAsync<JsonElement>("/v2/models/mlp", Ct);
        Assert.Equal("onnx_onnxv1", json.GetProperty("platform").GetString());
        Assert.Equal("[-1,3]", json.GetProperty("inputs")[0].GetProperty("shape").GetRawText());
    }

    [Fact]
    public async Task Index_EmptyBody_ListsModels()
    {
        using var answer = await platform.Http.PostAsync("/v2/repository/index", null, Ct);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
        Assert.Contains("mlp", json.EnumerateArray().Select(model => model.GetProperty("name").GetString()));
        Assert.Contains("mlp", (await IndexAsync("""{"ready":true}""")).EnumerateArray().Select(model => model.GetProperty("name").GetString()));
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync("/v2/repository/index", "[]"u8.ToArray())).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync("/v2/repository/index", "{\"ready\":1}"u8.ToArray())).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync("/v2/repository/index", Encoding.UTF8.GetBytes(new string('[', 250_000)))).StatusCode);
    }

    [Fact]
    public async Task Repository_UnloadAndLoad_StopsAndServesAgain()
    {
        var version = await platform.RegisterAsync("away", TinyModels.Mlp());
        await platform.Services.GetRequiredService<IGrainFactory>().GetGrain<IEndpointGrain>("away")
            .DeployAsync(new EndpointSpec(new[] { new VariantSpec("default", $"models:/away/{version}") }, null));
        Assert.Equal(HttpStatusCode.OK, (await platform.Http.PostAsync("/v2/repository/models/away/unload", null, Ct)).StatusCode);
        using (var refused = await PostAsync("/v2/models/away/infer", Encoding.UTF8.GetBytes(Good)))
        {
            await AssertRefusedAsync(refused, HttpStatusCode.ServiceUnavailable);
            Assert.Null(refused.Headers.RetryAfter);
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await platform.Http.GetAsync("/v2/models/away/ready", Ct)).StatusCode);
        Assert.DoesNotContain("away", (await IndexAsync("""{"ready":true}""")).EnumerateArray().Select(model => model.GetProperty("name").GetString()));
        Assert.Equal(HttpStatusCode.OK, (await platform.Http.PostAsync("/v2/repository/models/away/load", null, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("/v2/models/away/infer", Encoding.UTF8.GetBytes(Good))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await platform.Http.PostAsync("/v2/repository/models/nobody/load", null, Ct)).StatusCode);
    }

    [Fact]
    public async Task Stats_OfAModel_HaveTheExtensionsFields()
    {
        await PostAsync("/v2/models/mlp/infer", Encoding.UTF8.GetBytes(Good));
        var version = (await platform.Http.GetFromJsonAsync<JsonElement>("/v2/models/mlp", Ct)).GetProperty("versions")[0].GetString();
        var statistics = (await platform.Http.GetFromJsonAsync<JsonElement>($"/v2/models/mlp/versions/{version}/stats", Ct)).GetProperty("model_stats")[0];
        Assert.True(statistics.GetProperty("inference_count").GetInt64() > 0 && statistics.GetProperty("last_inference").GetInt64() > 0);
        Assert.True(statistics.GetProperty("inference_stats").GetProperty("compute_infer").GetProperty("ns").GetInt64() > 0);
        Assert.Equal(1, statistics.GetProperty("batch_stats")[0].GetProperty("batch_size").GetInt64());
        Assert.Equal(HttpStatusCode.NotFound, (await platform.Http.GetAsync("/v2/models/mlp/versions/999/stats", Ct)).StatusCode);
    }

    [Fact]
    public async Task Infer_ManyChunks_IsOneBody()
    {
        // One byte a chunk, more chunks than 16 bits count: by hand, since a client would join them.
        var json = Good.Insert(1, new string(' ', 70_000));
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, platform.Http.BaseAddress!.Port, Ct);
        await using var stream = new System.Net.Sockets.NetworkStream(socket);
        var request = new StringBuilder("POST /v2/models/mlp/infer HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
        foreach (var c in json)
        {
            request.Append("1\r\n").Append(c).Append("\r\n");
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(request.Append("0\r\n\r\n").ToString()), Ct);
        using var reader = new StreamReader(stream);
        Assert.StartsWith("HTTP/1.1 200", await reader.ReadToEndAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Infer_AnswerAccepted_IsCompressed()
    {
        var data = string.Join(',', Enumerable.Repeat("1,2,3", 1000));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/mlp/infer") { Content = new StringContent($$"""{"inputs":[{"name":"x","shape":[1000,3],"datatype":"FP32","data":[{{data}}]}]}""") };
        request.Headers.AcceptEncoding.ParseAdd("gzip");
        using var answer = await platform.Http.SendAsync(request, Ct);
        Assert.Equal("gzip", answer.Content.Headers.ContentEncoding.Single());
        await using var unpacked = new GZipStream(await answer.Content.ReadAsStreamAsync(Ct), CompressionMode.Decompress);
        using var json = await JsonDocument.ParseAsync(unpacked, cancellationToken: Ct);
        Assert.Equal(1000, json.RootElement.GetProperty("outputs")[0].GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task Infer_BinaryAndGzip_RoundTrips()
    {
        var json = Encoding.UTF8.GetBytes("""{"inputs":[{"name":"x","shape":[1,3],"datatype":"FP32","parameters":{"binary_data_size":12}}],"parameters":{"binary_data_output":true}}""");
        byte[] body = [.. json, .. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(2f), .. BitConverter.GetBytes(3f)];
        foreach (var gzip in new[] { false, true })
        {
            using var answer = await PostAsync("/v2/models/mlp/infer", gzip ? Gzip(body) : body, $"{json.Length}", gzip);
            var bytes = await answer.Content.ReadAsByteArrayAsync(Ct);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var length = int.Parse(answer.Headers.GetValues(Header).Single(), System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(13.5f, BitConverter.ToSingle(bytes.AsSpan(length)));
        }
    }

    [Fact]
    public async Task Infer_RawBody_IsTheOneInput()
    {
        using var answer = await PostAsync("/v2/models/mlp/infer", new byte[24], "0");
        var bytes = await answer.Content.ReadAsByteArrayAsync(Ct);
        Assert.Equal(1.5f, BitConverter.ToSingle(bytes.AsSpan(bytes.Length - 4)));
        using var odd = await PostAsync("/v2/models/mlp/infer", new byte[25], "0");
        Assert.Equal(HttpStatusCode.BadRequest, odd.StatusCode);
    }

    /// <summary>Only the signature of the variant that answers says what a raw body is: twelve bytes are one row of three numbers here, three rows of one there.</summary>
    [Fact]
    public async Task Infer_RawBody_IsTheInputOfTheVariantThatAnswers()
    {
        var wide = await platform.RegisterAsync("rawwide", TinyModels.Mlp());
        var narrow = await platform.RegisterAsync("rawnarrow", TinyModels.AddConstant(1, 1));
        await platform.Services.GetRequiredService<IGrainFactory>().GetGrain<IEndpointGrain>("raw")
            .DeployAsync(new EndpointSpec(new[] { new VariantSpec("wide", $"models:/rawwide/{wide}"), new VariantSpec("narrow", $"models:/rawnarrow/{narrow}") }, null));
        var values = new Dictionary<string, int>();
        for (var asked = 0; asked < 200 && values.Count < 2; asked++)
        {
            using var answer = await PostAsync("/v2/models/raw/infer", new byte[12], "0");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var length = int.Parse(answer.Headers.GetValues(Header).Single(), System.Globalization.CultureInfo.InvariantCulture);
            values[answer.Headers.GetValues("X-MLOps-Variant").Single()] = ((await answer.Content.ReadAsByteArrayAsync(Ct)).Length - length) / 4;
        }

        Assert.Equal((1, 3), (values["wide"], values["narrow"]));
    }

    [Theory]
    [InlineData("99999999999")]
    [InlineData("-1")]
    [InlineData("ten")]
    [InlineData("1000")]
    public async Task Infer_BadHeaderLength_IsRefused(string length)
    {
        using var plain = await PostAsync("/v2/models/mlp/infer", Encoding.UTF8.GetBytes(Good), length);
        await AssertRefusedAsync(plain, HttpStatusCode.BadRequest);
        using var zipped = await PostAsync("/v2/models/mlp/infer", Gzip(Encoding.UTF8.GetBytes(Good)), length, gzip: true);
        await AssertRefusedAsync(zipped, HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("""{"inputs":[{"name":"z","shape":[1,3],"datatype":"FP32","data":[1,2,3]}]}""")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,3],"datatype":"FP64","data":[1,2,3]}]}""")]
    [InlineData("""{"inputs":[{"name":"x","shape":[16,1152921504606846978],"datatype":"FP32","data":[1]}]}""")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,3],"datatype":"FP32","data":[1,2,3]}],"outputs":[{"name":"y"},{"name":"y"}]}""")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,3],"datatype":"FP32","data":[1,2,3]}],"parameters":{"event_time":"soon"}}""")]
    public async Task Infer_BadBody_IsRefused(string json)
    {
        using var answer = await PostAsync("/v2/models/mlp/infer", Encoding.UTF8.GetBytes(json));
        await AssertRefusedAsync(answer, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Infer_GzipBombAndBrokenGzip_AreRefused()
    {
        using var bomb = await PostAsync("/v2/models/mlp/infer", Gzip(new byte[(64 << 20) + 1]), gzip: true);
        await AssertRefusedAsync(bomb, HttpStatusCode.RequestEntityTooLarge);
        using var broken = await PostAsync("/v2/models/mlp/infer", "no gzip at all"u8.ToArray(), gzip: true);
        await AssertRefusedAsync(broken, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Infer_UnknownModel_IsNotFound()
    {
        using var answer = await PostAsync("/v2/models/nobody/infer", Encoding.UTF8.GetBytes(Good));
        await AssertRefusedAsync(answer, HttpStatusCode.NotFound);
    }

    private async Task<JsonElement> IndexAsync(string body)
    {
        using var answer = await PostAsync("/v2/repository/index", Encoding.UTF8.GetBytes(body));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
    }

    private static async Task AssertRefusedAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        Assert.Equal(status, answer.StatusCode);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
        Assert.NotEmpty(json.GetProperty("error").GetString()!);
        Assert.DoesNotContain("   at ", json.GetProperty("error").GetString()!, StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, byte[] body, string? headerLength = null, bool gzip = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        if (headerLength is not null)
        {
            request.Headers.TryAddWithoutValidation(Header, headerLength);
        }

        if (gzip)
        {
            request.Content.Headers.ContentEncoding.Add("gzip");
        }

        return await platform.Http.SendAsync(request, Ct);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return stream.ToArray();
    }
}
