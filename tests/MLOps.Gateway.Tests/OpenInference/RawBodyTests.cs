using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Endpoints;
using MLOps.Gateway.Endpoints;
using MLOps.Gateway.Tests.Endpoints;
using MLOps.Testing.Onnx;

namespace MLOps.Gateway.Tests.OpenInference;

/// <summary>Bodies that are nothing but the one input's data, behind the endpoint: whose fault one is that does not fit, and who else gets it.</summary>
public sealed class RawBodyTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    private const string Endpoints = "/api/v1/mlflow/serving/endpoints";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Infer_UnfitForTheCanaryThatAnswers_IsItsError()
    {
        await CanaryAsync("raw-any");
        var blamed = 0;
        for (var caller = 0; caller < 40; caller++)
        {
            using var answer = await PostAsync("/v2/models/raw-any/infer", new byte[4], $"c{caller}");
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                Assert.Equal(
                    (HttpStatusCode.BadRequest, "Variant 'new' (version 2) was to answer, and takes other inputs than 'old': A raw body of 4 bytes does not fill rows of 8 bytes."),
                    (answer.StatusCode, await ErrorAsync(answer)));
                blamed++;
            }
        }

        Assert.InRange(blamed, 1, 39);
        var counts = await CountsAsync("raw-any");
        Assert.Equal([("new", blamed, 0), ("old", 0, 0)], counts);

        // Three bytes are no number: nobody's fault but the caller's.
        for (var caller = 0; caller < 40; caller++)
        {
            using var answer = await PostAsync("/v2/models/raw-any/infer", new byte[3], $"c{caller}");
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.StartsWith("A raw body of 3 bytes does not fill rows of ", await ErrorAsync(answer), StringComparison.Ordinal);
        }

        Assert.Equal([("new", blamed, blamed), ("old", 0, 40 - blamed)], await CountsAsync("raw-any"));
    }

    /// <summary>Who asks for the candidate by its version knows that it is another one, and a canary is not judged by it.</summary>
    [Fact]
    public async Task Infer_UnfitForTheVersionAskedFor_CountsForNoVariant()
    {
        await CanaryAsync("raw-pinned");
        for (var i = 0; i < 10; i++)
        {
            using var answer = await PostAsync("/v2/models/raw-pinned/versions/2/infer", new byte[4]);
            Assert.Equal((HttpStatusCode.BadRequest, "A raw body of 4 bytes does not fill rows of 8 bytes."), (answer.StatusCode, await ErrorAsync(answer)));
        }

        Assert.Empty(await CountsAsync("raw-pinned"));
    }

    /// <summary>The same of tensors, which meet the variant as they are.</summary>
    [Theory]
    [InlineData("", 10)]
    [InlineData("/versions/2", 0)]
    public async Task Infer_TensorsUnfitForTheCanary_AreItsErrorUnlessItsVersionIsAskedFor(string version, int errors)
    {
        var endpoint = $"tensors{errors}";
        await CanaryAsync(endpoint);
        var answered = 0;
        for (var caller = 0; answered < 10; caller++)
        {
            Assert.True(caller < 1000, $"Of 1,000 callers {answered} met the candidate, which half of them should.");
            using var content = new StringContent("""{"inputs":[{"name":"x","shape":[1,1],"datatype":"FP32","data":[1]}]}""");
            using var answer = await PostAsync($"/v2/models/{endpoint}{version}/infer", content, $"c{caller}");
            answered += answer.StatusCode == HttpStatusCode.BadRequest ? 1 : 0;
        }

        Assert.Equal((errors, 0), (await CountsAsync(endpoint)).Where(variant => variant.Variant == "new").Aggregate((0, 0), (sum, variant) => (sum.Item1 + variant.Errors, sum.Item2 + variant.Refused)));
    }

    [Fact]
    public async Task Infer_AnotherSizeThanTheFixedShape_IsRefusedWithBoth()
    {
        await platform.RegisterAsync("raw-fixed", TinyModels.Identity(TinyModels.FloatElements, 2, 2));
        await DeployAsync(new EndpointSpec(new[] { new VariantSpec("default", "models:/raw-fixed/1") }, null), "raw-fixed");
        foreach (var bytes in new[] { 12, 20, 32 })
        {
            using var refused = await PostAsync("/v2/models/raw-fixed/infer", new byte[bytes]);
            Assert.Equal((HttpStatusCode.BadRequest, $"A raw body of {bytes} bytes is not the input's 16."), (refused.StatusCode, await ErrorAsync(refused)));
        }

        using var answer = await PostAsync("/v2/models/raw-fixed/infer", Floats(1, 2, 3, 4));
        Assert.Equal([1f, 2f, 3f, 4f], await OutputAsync(answer));
    }

    /// <summary>A shadow with the same input gets the tensors, one whose input has another name makes its own of the body.</summary>
    [Fact]
    public async Task Infer_ShadowsOfOneInputAndAnother_AreCompared()
    {
        await platform.RegisterAsync("raw-shadow", TinyModels.AddConstant(1, 1));
        await platform.RegisterAsync("raw-shadow", TinyModels.AddConstant(6, 1));
        await platform.RegisterAsync("raw-shadow", TinyModels.Model(TinyModels.Graph(
            [TinyModels.Node("Add", ["z", "c"], ["y"])],
            [TinyModels.Tensor("c", [1], [3])],
            [TinyModels.Value("z", TinyModels.FloatElements, [-1, 1])],
            [TinyModels.Value("y", TinyModels.FloatElements, [-1, 1])])));
        await DeployAsync(
            new EndpointSpec(
                new[]
                {
                    new VariantSpec("live", "models:/raw-shadow/1"),
                    new VariantSpec("alike", "models:/raw-shadow/2", 0, Role: VariantRole.Shadow),
                    new VariantSpec("other", "models:/raw-shadow/3", 0, Role: VariantRole.Shadow),
                },
                null),
            "raw-shadow");
        for (var i = 0; i < 10; i++)
        {
            using var answer = await PostAsync("/v2/models/raw-shadow/infer", Floats(i, 10));
            Assert.Equal([i + 1f, 11f], await OutputAsync(answer));
        }

        var shadows = (await InsightAsync("raw-shadow")).GetProperty("shadows").EnumerateArray().OrderBy(shadow => shadow.GetProperty("variant").GetString()).Select(shadow =>
        {
            var output = shadow.GetProperty("outputs")[0];
            return (shadow.GetProperty("variant").GetString(), shadow.GetProperty("compared").GetInt32(), shadow.GetProperty("failed").GetInt32(), output.GetProperty("elements").GetInt32(), output.GetProperty("absolute").GetProperty("mean").GetDouble());
        });
        Assert.Equal([("alike", 10, 0, 20, 5.0), ("other", 10, 0, 20, 2.0)], shadows);
    }

    [Fact]
    public async Task Infer_Captured_IsKeptAsTheInputThatItWas()
    {
        await platform.RegisterAsync("raw-kept", TinyModels.AddConstant(1, 2));
        await DeployAsync(new EndpointSpec(new[] { new VariantSpec("default", "models:/raw-kept/1") }, null, Capture: new CaptureSpec()), "raw-kept");
        using var answer = await PostAsync("/v2/models/raw-kept/infer", Floats(1, 2, 3, 4));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await platform.Services.GetRequiredService<RequestLog>().DrainAsync(Ct);

        var kept = await platform.Http.GetFromJsonAsync<JsonElement>($"{Endpoints}/raw-kept/requests/{answer.Headers.GetValues("X-Request-Id").Single()}", Ct);
        var input = Assert.Single(kept.GetProperty("inputs").EnumerateArray());
        Assert.Equal(("x", "FP32"), (input.GetProperty("name").GetString(), input.GetProperty("datatype").GetString()));
        Assert.Equal([2, 2], input.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32()));
        Assert.Equal([1f, 2f, 3f, 4f], input.GetProperty("data").EnumerateArray().Select(value => value.GetSingle()));
        Assert.Equal([2f, 3f, 4f, 5f], kept.GetProperty("outputs")[0].GetProperty("data").EnumerateArray().Select(value => value.GetSingle()));
    }

    private static byte[] Floats(params float[] values) => System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static async Task<List<float>> OutputAsync(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsByteArrayAsync(Ct);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, System.Text.Encoding.UTF8.GetString(body));
        var json = int.Parse(answer.Headers.GetValues("Inference-Header-Content-Length").Single(), System.Globalization.CultureInfo.InvariantCulture);
        return [.. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(body.AsSpan(json))];
    }

    private static async Task<string?> ErrorAsync(HttpResponseMessage answer) => (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("error").GetString();

    /// <summary>"old" takes rows of one number, and its candidate "new" rows of two; the canary judges nothing in this test's time.</summary>
    private async Task CanaryAsync(string endpoint)
    {
        await platform.RegisterAsync(endpoint, TinyModels.AddConstant(1, 1));
        await platform.RegisterAsync(endpoint, TinyModels.AddConstant(1, 2));
        await DeployAsync(
            new EndpointSpec(
                new[] { new VariantSpec("old", $"models:/{endpoint}/1"), new VariantSpec("new", $"models:/{endpoint}/2", 0) },
                null,
                new CanarySpec("new", new[] { new CanaryStep(0.5, 3_600_000) }, new CanaryRules(MaxErrorRate: 0.1, MinSamples: 100_000))),
            endpoint);
    }

    private Task<EndpointSnapshot> DeployAsync(EndpointSpec spec, string endpoint) => platform.Services.GetRequiredService<IGrainFactory>().GetGrain<IEndpointGrain>(endpoint).DeployAsync(spec);

    /// <summary>Errors and refusals of each variant that was asked, by name: an insight has them in the order in which they were first reported.</summary>
    private async Task<List<(string? Variant, int Errors, int Refused)>> CountsAsync(string endpoint) =>
        [.. (await InsightAsync(endpoint)).GetProperty("variants").EnumerateArray().Select(variant =>
            (variant.GetProperty("name").GetString(), variant.GetProperty("errors").GetInt32(), variant.GetProperty("refused").GetInt32())).OrderBy(variant => variant.Item1, StringComparer.Ordinal)];

    /// <summary>Everything up to now is compared and reported.</summary>
    private async Task<JsonElement> InsightAsync(string endpoint)
    {
        await platform.Services.GetRequiredService<ShadowQueue>().DrainAsync(endpoint, Ct);
        await platform.Services.GetRequiredService<EndpointReporter>().ReportAsync();
        return await platform.Http.GetFromJsonAsync<JsonElement>($"{Endpoints}/{endpoint}/insight", Ct);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, byte[] body, string? caller = null)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Inference-Header-Content-Length", "0");
        return await PostAsync(path, content, caller);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, HttpContent content, string? caller)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (caller is not null)
        {
            request.Headers.Add("X-MLOps-Caller-Key", caller);
        }

        return await platform.Http.SendAsync(request, Ct);
    }
}
