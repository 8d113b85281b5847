using Grpc.AspNetCore.Server.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using MLOps.Inference.Codecs;

namespace MLOps.Gateway.OpenInference.Rpc;

/// <summary>The protocol's gRPC service, on the same data plane as REST.</summary>
internal static class RpcExtensions
{
    public static IHostApplicationBuilder AddOpenInferenceRpc(this IHostApplicationBuilder builder)
    {
        builder.Services.AddGrpc(options =>
        {
            options.MaxReceiveMessageSize = OipLimits.MaxBytes;
            options.MaxSendMessageSize = null;
            options.IgnoreUnknownServices = true;
            options.CompressionProviders.Clear();
            options.CompressionProviders.Add(BoundedCompression.Gzip);
            options.CompressionProviders.Add(BoundedCompression.Deflate);
        });
        builder.Services.AddGrpcHealthChecks();
        builder.Services.AddSingleton<InferenceService>();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IServiceMethodProvider<InferenceService>, InferenceMethods>());
        return builder;
    }

    public static WebApplication MapOpenInferenceRpc(this WebApplication app)
    {
        app.MapGrpcService<InferenceService>();
        app.MapGrpcHealthChecksService();
        return app;
    }
}
