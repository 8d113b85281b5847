using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Endpoints;
using MLOps.Gateway.Tests.Endpoints;
using MLOps.Testing;
using MLOps.Testing.Onnx;

namespace MLOps.Gateway.Tests.OpenInference.Rpc;

/// <summary>A gRPC implementation that is not ours, npm's @grpc/grpc-js, by tests/foreign/npm/infer.js.</summary>
public sealed class ForeignRpcTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NpmGrpc_ByTheDefinitionAlone_IsUnderstood()
    {
        Assert.SkipWhen(NpmPackages.Missing("@grpc/grpc-js") is not null, NpmPackages.Missing("@grpc/grpc-js") ?? string.Empty);
        var version = await platform.RegisterAsync("foreign", TinyModels.Mlp());
        await platform.Services.GetRequiredService<IGrainFactory>().GetGrain<IEndpointGrain>("foreign")
            .DeployAsync(new EndpointSpec(new[] { new VariantSpec("default", $"models:/foreign/{version}") }, null));

        var said = await NpmPackages.RunAsync(
            "infer.js",
            [platform.Http.BaseAddress!.Authority, RepositoryRoot.Combine("MLOps.Gateway", "OpenInference", "Rpc", "open_inference.proto"), "foreign"],
            Ct);

        Assert.True(said.GetProperty("live").GetBoolean() && said.GetProperty("ready").GetBoolean() && said.GetProperty("model_ready").GetBoolean());
        Assert.Equal("""["binary_tensor_data","model_repository","statistics"]""", said.GetProperty("extensions").GetRawText());
        Assert.Equal(("onnx_onnxv1", """["-1","3"]"""), (said.GetProperty("platform").GetString(), said.GetProperty("shape").GetRawText()));
        Assert.Equal("""{"id":"raw-1","version":"1","variant":"default","y":[13.5,1.5]}""", said.GetProperty("raw").GetRawText());
        Assert.Equal("[13.5,1.5]", said.GetProperty("typed").GetRawText());
        Assert.Equal(4_000_000, said.GetProperty("big").GetInt32());
        Assert.Equal("""["READY"]""", said.GetProperty("index").GetRawText());
        Assert.Equal("1000004", said.GetProperty("rows").GetString());
        Assert.Equal("NOT_FOUND", said.GetProperty("unknown").GetProperty("code").GetString());
        Assert.Equal("INVALID_ARGUMENT", said.GetProperty("short").GetProperty("code").GetString());
        Assert.Contains("must not be mixed", said.GetProperty("mixed").GetProperty("details").GetString(), StringComparison.Ordinal);
        Assert.Equal("""["a","refused","c"]""", said.GetProperty("streamed").GetRawText());
    }
}
