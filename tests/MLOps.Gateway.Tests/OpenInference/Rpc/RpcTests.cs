using System.Runtime.InteropServices;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Compression;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Endpoints;
using MLOps.Gateway.Endpoints;
using MLOps.Gateway.OpenInference.Rpc;
using MLOps.Gateway.Tests.Endpoints;
using MLOps.Testing.Onnx;

namespace MLOps.Gateway.Tests.OpenInference.Rpc;

public sealed class RpcTests(ServingPlatform platform) : IClassFixture<ServingPlatform>, IAsyncLifetime
{
    private const int Limit = 64 << 20;

    private readonly RpcClient _client = new(platform.Http.BaseAddress!);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await DeployAsync("mlp", TinyModels.Mlp());
        await DeployAsync("longs", TinyModels.Identity(TinyModels.Int64Elements, -1));
        await DeployAsync("texts", TinyModels.Identity(TinyModels.StringElements, -1));
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Server_Asked_SaysWhatItIs()
    {
        Assert.True((await _client.CallAsync<ServerLiveResponse>("ServerLive", new ServerLiveRequest(), Ct)).Live);
        Assert.True((await _client.CallAsync<ServerReadyResponse>("ServerReady", new ServerReadyRequest(), Ct)).Ready);
        Assert.Contains("model_repository", (await _client.CallAsync<ServerMetadataResponse>("ServerMetadata", new ServerMetadataRequest(), Ct)).Extensions);
        var health = await new Health.HealthClient(_client.Invoker).CheckAsync(new HealthCheckRequest(), cancellationToken: Ct);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.Status);
    }

    [Fact]
    public async Task Model_Asked_SaysInputsAndReadiness()
    {
        var model = await _client.CallAsync<ModelMetadataResponse>("ModelMetadata", new ModelMetadataRequest { Name = "mlp" }, Ct);
        Assert.Equal(("onnx_onnxv1", "x", "FP32"), (model.Platform, model.Inputs[0].Name, model.Inputs[0].Datatype));
        Assert.Equal([-1, 3], model.Inputs[0].Shape);
        Assert.True((await _client.CallAsync<ModelReadyResponse>("ModelReady", new ModelReadyRequest { Name = "mlp" }, Ct)).Ready);
        await AssertRefusedAsync(StatusCode.NotFound, _client.CallAsync<ModelReadyResponse>("ModelReady", new ModelReadyRequest { Name = "mlp", Version = "999" }, Ct));
    }

    [Fact]
    public async Task Infer_CallerKeyOverItsLength_IsRefused()
    {
        var request = Raw("mlp", "FP32", [2, 3], MemoryMarshal.AsBytes<float>([1, 2, 3, 0, 0, 0]).ToArray());
        request.Parameters["caller_key"] = new InferParameter { StringParam = new string('k', CallerKey.MaxLength) };
        await InferAsync(request);
        request.Parameters["caller_key"].StringParam += "k";
        await AssertRefusedAsync(StatusCode.InvalidArgument, InferAsync(request));
    }

    [Fact]
    public async Task Infer_Raw_AnswersRawWithVariantAndId()
    {
        var request = Raw("mlp", "FP32", [2, 3], MemoryMarshal.AsBytes<float>([1, 2, 3, 0, 0, 0]).ToArray());
        request.Id = "42";
        var answer = await InferAsync(request);
        Assert.Equal(("mlp", "1", "42"), (answer.ModelName, answer.ModelVersion, answer.Id));
        Assert.Equal("default", answer.Parameters["variant"].StringParam);
        Assert.Equal([2, 1], answer.Outputs[0].Shape);
        Assert.Equal([13.5f, 1.5f], MemoryMarshal.Cast<byte, float>(answer.RawOutputContents.Single().Span).ToArray());
        Assert.Null(answer.Outputs[0].Contents);
    }

    [Fact]
    public async Task Infer_Typed_AnswersTyped()
    {
        var floats = Typed("mlp", "FP32", [1, 3], new InferTensorContents { Fp32Contents = { 1, 2, 3 } });
        Assert.Equal([13.5f], (await InferAsync(floats)).Outputs[0].Contents.Fp32Contents);
        var longs = Typed("longs", "INT64", [3], new InferTensorContents { Int64Contents = { long.MinValue, -1, long.MaxValue } });
        Assert.Equal([long.MinValue, -1, long.MaxValue], (await InferAsync(longs)).Outputs[0].Contents.Int64Contents);
        var texts = Typed("texts", "BYTES", [2], new InferTensorContents { BytesContents = { ByteString.CopyFromUtf8("é"), ByteString.Empty } });
        Assert.Equal(["é", ""], (await InferAsync(texts)).Outputs[0].Contents.BytesContents.Select(text => text.ToStringUtf8()));
    }

    [Fact]
    public async Task Stream_GoodAndBad_AnswersEachInOrder()
    {
        using var call = _client.Stream(Ct);
        await call.RequestStream.WriteAsync(Raw("mlp", "FP32", [1, 3], new byte[12]), Ct);
        await call.RequestStream.WriteAsync(Raw("nobody", "FP32", [1, 3], new byte[12]), Ct);
        await call.RequestStream.WriteAsync(Raw("mlp", "FP32", [1, 3], new byte[12]), Ct);
        await call.RequestStream.CompleteAsync();
        var answers = await call.ResponseStream.ReadAllAsync(Ct).ToListAsync(Ct);
        Assert.Equal([1.5f, null, 1.5f], answers.Select(answer => answer.InferResponse is { } infer ? MemoryMarshal.Read<float>(infer.RawOutputContents[0].Span) : (float?)null));
        Assert.Contains("nobody", answers[1].ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repository_UnloadAndLoad_StopsAndServesAgain()
    {
        await DeployAsync("coming", TinyModels.Mlp());
        await InferAsync(Raw("coming", "FP32", [1, 3], new byte[12]));
        await _client.CallAsync<RepositoryModelUnloadResponse>("RepositoryModelUnload", new RepositoryModelUnloadRequest { ModelName = "coming" }, Ct);
        await AssertRefusedAsync(StatusCode.Unavailable, InferAsync(Raw("coming", "FP32", [1, 3], new byte[12])));
        Assert.False((await _client.CallAsync<ModelReadyResponse>("ModelReady", new ModelReadyRequest { Name = "coming" }, Ct)).Ready);
        var index = await _client.CallAsync<RepositoryIndexResponse>("RepositoryIndex", new RepositoryIndexRequest(), Ct);
        Assert.Equal("UNAVAILABLE", index.Models.Single(model => model.Name == "coming").State);
        var ready = await _client.CallAsync<RepositoryIndexResponse>("RepositoryIndex", new RepositoryIndexRequest { Ready = true }, Ct);
        Assert.DoesNotContain("coming", ready.Models.Select(model => model.Name));

        // A promotion elsewhere refreshes endpoints: it must not bring this one back.
        await Endpoint("coming").RefreshAsync();
        await AssertRefusedAsync(StatusCode.Unavailable, InferAsync(Raw("coming", "FP32", [1, 3], new byte[12])));

        await _client.CallAsync<RepositoryModelLoadResponse>("RepositoryModelLoad", new RepositoryModelLoadRequest { ModelName = "coming" }, Ct);
        await InferAsync(Raw("coming", "FP32", [1, 3], new byte[12]));
        await AssertRefusedAsync(StatusCode.NotFound, _client.CallAsync<RepositoryModelLoadResponse>("RepositoryModelLoad", new RepositoryModelLoadRequest { ModelName = "nobody" }, Ct));
    }

    [Fact]
    public async Task Statistics_AfterBatches_CountRowsRunsAndFailures()
    {
        await DeployAsync("counted", TinyModels.Mlp());
        await InferAsync(Raw("counted", "FP32", [4, 3], new byte[48]));
        await InferAsync(Raw("counted", "FP32", [4, 3], new byte[48]));
        await InferAsync(Raw("counted", "FP32", [1, 3], new byte[12]));
        await AssertRefusedAsync(StatusCode.InvalidArgument, InferAsync(Raw("counted", "FP64", [1, 3], new byte[24])));
        var statistics = (await _client.CallAsync<ModelStatisticsResponse>("ModelStatistics", new ModelStatisticsRequest { Name = "counted" }, Ct)).ModelStats.Single();
        Assert.Equal((9UL, 3UL, 3UL, 1UL), (statistics.InferenceCount, statistics.ExecutionCount, statistics.InferenceStats.Success.Count, statistics.InferenceStats.Fail.Count));
        Assert.Equal([(1UL, 1UL), (4UL, 2UL)], statistics.BatchStats.Select(batch => (batch.BatchSize, batch.ComputeInfer.Count)));
        Assert.True(statistics.LastInference > 1_700_000_000_000 && statistics.InferenceStats.Success.Ns > 0);
    }

    public static TheoryData<string, StatusCode> Hostile => new()
    {
        { """{"modelName":"mlp"}""", StatusCode.InvalidArgument },
        { """{"modelName":"nobody","inputs":[{"name":"x","datatype":"FP32","shape":["1","3"],"contents":{"fp32Contents":[1,2,3]}}]}""", StatusCode.NotFound },
        { """{"modelName":"../etc","inputs":[{"name":"x","datatype":"FP32","shape":["1"],"contents":{"fp32Contents":[1]}}]}""", StatusCode.InvalidArgument },
        { """{"modelName":"..","inputs":[{"name":"x","datatype":"FP32","shape":["1"],"contents":{"fp32Contents":[1]}}]}""", StatusCode.InvalidArgument },
        { """{"modelName":" ..","inputs":[{"name":"x","datatype":"FP32","shape":["1"],"contents":{"fp32Contents":[1]}}]}""", StatusCode.InvalidArgument },
        { """{"modelName":"model/","inputs":[{"name":"x","datatype":"FP32","shape":["1"],"contents":{"fp32Contents":[1]}}]}""", StatusCode.InvalidArgument },
        { """{"modelName":"model..1","inputs":[{"name":"x","datatype":"FP32","shape":["1"],"contents":{"fp32Contents":[1]}}]}""", StatusCode.NotFound },
        { """{"modelName":"mlp","modelVersion":"7","inputs":[{"name":"x","datatype":"FP32","shape":["1","3"],"contents":{"fp32Contents":[1,2,3]}}]}""", StatusCode.NotFound },
        { """{"modelName":"mlp","inputs":[{"name":"x","datatype":"FP32","shape":["16","1152921504606846978"],"contents":{"fp32Contents":[1]}}]}""", StatusCode.InvalidArgument },
        { """{"modelName":"mlp","inputs":[{"name":"x","datatype":"FP32","shape":["-1","3"],"contents":{"fp32Contents":[1,2,3]}}]}""", StatusCode.InvalidArgument },
        { """{"modelName":"mlp","inputs":[{"name":"x","datatype":"FP32","shape":["2147483648","3"]}]}""", StatusCode.InvalidArgument },
        { """{"modelName":"mlp","inputs":[{"name":"x","datatype":"FP32","shape":["1","3"],"contents":{"fp32Contents":[1,2]}}]}""", StatusCode.InvalidArgument },
        { """{"modelName":"mlp","inputs":[{"name":"x","datatype":"FP32","shape":["1","3"],"contents":{"intContents":[1,2,3]}}]}""", StatusCode.InvalidArgument },
        { """{"modelName":"mlp","inputs":[{"name":"x","datatype":"FP16","shape":["1","3"],"contents":{"fp32Contents":[1,2,3]}}]}""", StatusCode.InvalidArgument },
        { """{"modelName":"mlp","inputs":[{"name":"x","datatype":"FP99","shape":["1","3"],"contents":{"fp32Contents":[1,2,3]}}]}""", StatusCode.InvalidArgument },
        { """{"modelName":"mlp","inputs":[{"name":"z","datatype":"FP32","shape":["1","3"],"contents":{"fp32Contents":[1,2,3]}}]}""", StatusCode.InvalidArgument },
        { """{"modelName":"mlp","inputs":[{"name":"x","datatype":"FP32","shape":["1","3"],"contents":{"fp32Contents":[1,2,3]}}],"rawInputContents":["AAAAAAAAAAAAAAAA"]}""", StatusCode.InvalidArgument },
        { """{"modelName":"mlp","inputs":[{"name":"x","datatype":"FP32","shape":["1","3"]}],"rawInputContents":["AAAAAAAAAAAAAAAA","AAAA"]}""", StatusCode.InvalidArgument },
        { """{"modelName":"mlp","inputs":[{"name":"x","datatype":"FP32","shape":["1","3"]}],"rawInputContents":["AAAA"]}""", StatusCode.InvalidArgument },
        { """{"modelName":"mlp","outputs":[{"name":"y"},{"name":"y"}],"inputs":[{"name":"x","datatype":"FP32","shape":["1","3"],"contents":{"fp32Contents":[1,2,3]}}]}""", StatusCode.InvalidArgument },
        { """{"modelName":"mlp","outputs":[{"name":"nothing"}],"inputs":[{"name":"x","datatype":"FP32","shape":["1","3"],"contents":{"fp32Contents":[1,2,3]}}]}""", StatusCode.InvalidArgument },
        { """{"modelName":"mlp","parameters":{"event_time":{"stringParam":"soon"}},"inputs":[{"name":"x","datatype":"FP32","shape":["1","3"],"contents":{"fp32Contents":[1,2,3]}}]}""", StatusCode.InvalidArgument },
        { """{"modelName":"mlp","inputs":[{"name":"x","datatype":"FP32","shape":["1","3"],"parameters":{"shared_memory_region":{"stringParam":"r"}}}]}""", StatusCode.Unimplemented },
        { """{"modelName":"mlp","outputs":[{"name":"y","parameters":{"classification":{"int64Param":"1"}}}],"inputs":[{"name":"x","datatype":"FP32","shape":["1","3"],"contents":{"fp32Contents":[1,2,3]}}]}""", StatusCode.Unimplemented },
        { """{"modelName":"texts","inputs":[{"name":"x","datatype":"BYTES","shape":["1"]}],"rawInputContents":["/////wAA"]}""", StatusCode.InvalidArgument },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public Task Infer_Hostile_IsRefused(string json, StatusCode status) => AssertRefusedAsync(status, InferAsync(ModelInferRequest.Parser.ParseJson(json)));

    [Fact]
    public async Task Infer_NotProtobuf_IsRefused()
    {
        await AssertRefusedAsync(StatusCode.InvalidArgument, _client.InferAsync("no protobuf at all"u8.ToArray(), Ct));
        await AssertRefusedAsync(StatusCode.InvalidArgument, _client.InferAsync([0x0A, 0x02, 0xC3, 0x28], Ct));

        // A million inputs of nothing: two bytes each on the wire, but objects to whoever reads them all.
        await AssertRefusedAsync(StatusCode.InvalidArgument, _client.InferAsync([.. Enumerable.Repeat((byte[])[0x2A, 0x00], 1_000_000).SelectMany(bytes => bytes)], Ct));
    }

    [Fact]
    public async Task Infer_OverTheLimit_IsRefused()
    {
        await AssertRefusedAsync(StatusCode.ResourceExhausted, _client.InferAsync(new byte[Limit + 1], Ct));
        await AssertRefusedAsync(StatusCode.ResourceExhausted, InferAsync(Typed("longs", "INT64", [Limit], new InferTensorContents { Int64Contents = { new long[(Limit / 8) + 1] } })));
    }

    [Fact]
    public async Task Infer_Compressed_IsUnpackedWithinTheLimit()
    {
        using var client = new RpcClient(platform.Http.BaseAddress!, new GzipCompressionProvider(System.IO.Compression.CompressionLevel.Fastest));
        var gzip = new Metadata { { "grpc-internal-encoding-request", "gzip" } };
        var answer = await client.CallAsync<ModelInferResponse>("ModelInfer", Raw("mlp", "FP32", [1, 3], new byte[12]), Ct, gzip);
        Assert.Equal(1.5f, MemoryMarshal.Read<float>(answer.RawOutputContents[0].Span));
        await AssertRefusedAsync(StatusCode.ResourceExhausted, client.InferAsync(new byte[Limit + 1], Ct, gzip));
    }

    [Fact]
    public async Task Infer_AnswerAfterTheDeadline_GivesBackWhatItHolds()
    {
        const int Rows = 100, Columns = 256;
        await DeployAsync("slow", TinyModels.Slow(Columns, 1000));
        var request = Raw("slow", "FP32", [Rows, Columns], new byte[Rows * Columns * sizeof(float)]);
        await InferAsync(request);
        var before = Uses("slow");
        for (var i = 0; i < 3; i++)
        {
            var late = await Assert.ThrowsAsync<RpcException>(() => _client.CallAsync<ModelInferResponse>("ModelInfer", request, Ct, deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(20)));
            Assert.Equal(StatusCode.DeadlineExceeded, late.StatusCode);
        }

        // One at least has run to its end; then nothing may hold the model but the engine.
        var metrics = platform.Services.GetRequiredService<ServingMetrics>();
        var start = TimeProvider.System.GetTimestamp();
        while (metrics.Of("slow").Requests < 2 || Uses("slow") != before)
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(30),
                $"waited for the answers of late calls to be given back: {metrics.Of("slow").Requests} were made, the model has {Uses("slow")} uses and had {before}");
            await Task.Delay(50, Ct);
        }
    }

    /// <summary>The uses of the endpoint's loaded model, which nothing but the engine should see.</summary>
    private int Uses(string endpoint)
    {
        static object? Field(object of, string name) => of.GetType().GetField(name, System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!.GetValue(of);
        var engine = platform.Services.GetRequiredService<MLOps.Inference.Engine.InferenceEngine>();
        var slots = (System.Collections.IDictionary)Field(engine, "_slots")!;
        var key = engine.Keys.Single(key => key.StartsWith($"{endpoint}/", StringComparison.Ordinal));
        return (int)Field(Field(slots[key]!, "_current")!, "_uses")!;
    }

    private static async Task AssertRefusedAsync(StatusCode status, Task call)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.Equal(status, exception.StatusCode);
        Assert.NotEmpty(exception.Status.Detail);
        Assert.DoesNotContain("   at ", exception.Status.Detail, StringComparison.Ordinal);
    }

    private static ModelInferRequest Raw(string model, string datatype, long[] shape, byte[] data) => new()
    {
        ModelName = model,
        Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "x", Datatype = datatype, Shape = { shape } } },
        RawInputContents = { ByteString.CopyFrom(data) },
    };

    private static ModelInferRequest Typed(string model, string datatype, long[] shape, InferTensorContents contents) => new()
    {
        ModelName = model,
        Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "x", Datatype = datatype, Shape = { shape }, Contents = contents } },
    };

    private Task<ModelInferResponse> InferAsync(ModelInferRequest request) => _client.CallAsync<ModelInferResponse>("ModelInfer", request, Ct);

    private IEndpointGrain Endpoint(string name) => platform.Services.GetRequiredService<IGrainFactory>().GetGrain<IEndpointGrain>(name);

    private async Task DeployAsync(string name, byte[] onnx)
    {
        if (!(await platform.Http.GetAsync($"/v2/models/{name}", Ct)).IsSuccessStatusCode)
        {
            await Endpoint(name).DeployAsync(new EndpointSpec(new[] { new VariantSpec("default", $"models:/{name}/{await platform.RegisterAsync(name, onnx)}") }, null));
        }
    }
}
