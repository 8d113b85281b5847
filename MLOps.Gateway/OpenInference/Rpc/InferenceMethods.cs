using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using MLOps.Inference.Codecs;

namespace MLOps.Gateway.OpenInference.Rpc;

/// <summary>The service's methods, their messages and their handlers.</summary>
internal sealed class InferenceMethods(ILogger<InferenceService> logger) : IServiceMethodProvider<InferenceService>
{
    public const string ServiceName = "inference.GRPCInferenceService";

    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<InferenceService> context)
    {
        Small(context, "ServerLive", ServerLiveRequest.Parser, ServerLiveResponse.Parser, static (_, _) => Task.FromResult(new ServerLiveResponse { Live = true }));
        Small(context, "ServerReady", ServerReadyRequest.Parser, ServerReadyResponse.Parser, static (service, _) => service.ServerReadyAsync());
        Small(context, "ServerMetadata", ServerMetadataRequest.Parser, ServerMetadataResponse.Parser, static (_, _) => Task.FromResult(InferenceService.ServerMetadata()));
        Small(context, "ModelReady", ModelReadyRequest.Parser, ModelReadyResponse.Parser, static (service, request) => service.ModelReadyAsync(request));
        Small(context, "ModelMetadata", ModelMetadataRequest.Parser, ModelMetadataResponse.Parser, static (service, request) => service.ModelMetadataAsync(request));
        Small(context, "ModelStatistics", ModelStatisticsRequest.Parser, ModelStatisticsResponse.Parser, static (service, request) => service.ModelStatisticsAsync(request));
        Small(context, "RepositoryIndex", RepositoryIndexRequest.Parser, RepositoryIndexResponse.Parser, static (service, request) => service.RepositoryIndexAsync(request));
        Small(context, "RepositoryModelLoad", RepositoryModelLoadRequest.Parser, RepositoryModelLoadResponse.Parser, static (service, request) => service.LoadAsync(request));
        Small(context, "RepositoryModelUnload", RepositoryModelUnloadRequest.Parser, RepositoryModelUnloadResponse.Parser, static (service, request) => service.UnloadAsync(request));

        context.AddUnaryMethod(
            new Method<PooledBuffer, OipGrpcResponse>(MethodType.Unary, ServiceName, "ModelInfer", RpcMessages.InferRequest, RpcMessages.InferResponse),
            [],
            async (service, request, call) =>
            {
                try
                {
                    var response = await service.ModelInferAsync(request, call);

                    // The framework drops an answer that comes after the deadline and never writes it: what it holds is given back in any case.
                    call.GetHttpContext().Response.RegisterForDispose(response);
                    return response;
                }
                catch (Exception exception)
                {
                    throw RpcProblem.Of(exception, call, logger);
                }
            });
        context.AddDuplexStreamingMethod(
            new Method<PooledBuffer, StreamAnswer>(MethodType.DuplexStreaming, ServiceName, "ModelStreamInfer", RpcMessages.InferRequest, RpcMessages.StreamResponse),
            [],
            async (service, requests, answers, call) =>
            {
                try
                {
                    await service.ModelStreamInferAsync(requests, answers, call);
                }
                catch (Exception exception)
                {
                    throw RpcProblem.Of(exception, call, logger);
                }
            });
    }

    private void Small<TRequest, TResponse>(
        ServiceMethodProviderContext<InferenceService> context,
        string name,
        MessageParser<TRequest> request,
        MessageParser<TResponse> response,
        Func<InferenceService, TRequest, Task<TResponse>> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
        => context.AddUnaryMethod(
            new Method<TRequest, TResponse>(MethodType.Unary, ServiceName, name, RpcMessages.Generated(request), RpcMessages.Generated(response)),
            [],
            async (service, message, call) =>
            {
                try
                {
                    return await handler(service, message);
                }
                catch (Exception exception)
                {
                    throw RpcProblem.Of(exception, call, logger);
                }
            });
}
