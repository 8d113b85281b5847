using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;
using MLOps.Inference.Codecs;
using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;
using MLOps.Testing.Onnx;

namespace MLOps.Silo.Tests.Endpoints;

/// <summary>A served model whose artifact is not what it was when it has to be loaded again.</summary>
public sealed class LostArtifactTests : IAsyncLifetime
{
    private const string File = "lost/1/model.onnx";

    private readonly LogRecorder _warnings = new(LogLevel.Warning);
    private readonly SiloFixture _silo;

    public LostArtifactTests() => _silo = new SiloFixture { Configure = services => services.AddSingleton<ILoggerProvider>(_warnings) };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static byte[] Model => TinyModels.AddConstant(1, 1);

    public ValueTask InitializeAsync() => _silo.InitializeAsync();

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Theory]
    [InlineData(false, "No such artifact")]
    [InlineData(true, "cannot be served")]
    public async Task Infer_ArtifactThatIsGoneOrBroken_IsNoFaultOfTheCallersAndLoggedOnce(bool isBroken, string reason)
    {
        await _silo.RegisterModelAsync("lost", Model);
        var endpoint = await _silo.Grains.GetGrain<IEndpointGrain>("e").DeployAsync(new EndpointSpec(new[] { new VariantSpec("v", "models:/lost/1") }, null));
        var key = ReplicaKey.Of("e", endpoint.Variants[0]).Single().ToString();
        Assert.Equal(11, await AddAsync(key));

        await (isBroken ? _silo.Artifacts.WriteAsync(File, new MemoryStream([1, 2, 3]), Ct) : _silo.Artifacts.DeleteAsync(File, Ct));
        var engine = _silo.Services.GetRequiredService<InferenceEngine>();
        engine.Unload(key);
        for (var i = 0; i < 3; i++)
        {
            // Gateways show it as 503, and neither repeat it nor say that waiting helps.
            var refused = await Assert.ThrowsAsync<MLOpsException>(() => AddAsync(key));
            Assert.Equal((ProblemCode.Unavailable, Timeout.InfiniteTimeSpan), (refused.Code, refused.RetryAfter));
            Assert.Contains("lost version 1, which endpoint 'e' serves as 'v'", refused.Message, StringComparison.Ordinal);
            Assert.Contains("mlflow-artifacts:/lost", refused.Message, StringComparison.Ordinal);
            Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        }

        var warning = Assert.Single(_warnings.Messages, line => line.Contains("cannot load", StringComparison.Ordinal));
        Assert.Contains("endpoint e cannot load lost version 1 again, from mlflow-artifacts:/lost", warning, StringComparison.Ordinal);

        await _silo.Artifacts.WriteAsync(File, new MemoryStream(Model), Ct);
        Assert.Equal(11, await AddAsync(key));

        await _silo.Artifacts.DeleteAsync(File, Ct);
        engine.Unload(key);
        await Assert.ThrowsAsync<MLOpsException>(() => AddAsync(key));
        Assert.Equal(isBroken ? 1 : 2, _warnings.Messages.Count(line => line.Contains("No such artifact", StringComparison.Ordinal)));
    }

    private async Task<float> AddAsync(string key)
    {
        var request = new TensorMessage(TensorMessageCodec.Encode([Tensor.Of<float>("x", [10], 1, 1)]));
        var answer = await _silo.Grains.GetGrain<IModelReplicaGrain>(key).InferAsync(request);
        return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(TensorMessageCodec.Decode(answer.Payload).Tensors[0].Data.Span)[0];
    }
}
