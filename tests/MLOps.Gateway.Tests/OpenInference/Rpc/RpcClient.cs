using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Compression;
using MLOps.Gateway.OpenInference.Rpc;

namespace MLOps.Gateway.Tests.OpenInference.Rpc;

/// <summary>A client of the service whose messages are read and written by generated code, on the port that speaks HTTP/1.1 too.</summary>
internal sealed class RpcClient(Uri address, params ICompressionProvider[] compression) : IDisposable
{
    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        MaxReceiveMessageSize = null,
        MaxSendMessageSize = null,
        CompressionProviders = compression.Length == 0 ? null : compression,
    });

    public async Task<TResponse> CallAsync<TResponse>(string method, IMessage request, CancellationToken cancellationToken, Metadata? headers = null, DateTime? deadline = null)
        where TResponse : class, IMessage<TResponse>, new()
    {
        using var call = _channel.CreateCallInvoker().AsyncUnaryCall(
            Method<IMessage, TResponse>(MethodType.Unary, method, message => message.ToByteArray()),
            null,
            new CallOptions(headers, deadline, cancellationToken),
            request);
        return await call.ResponseAsync;
    }

    /// <summary>Sends bytes as they are.</summary>
    public async Task<ModelInferResponse> InferAsync(byte[] request, CancellationToken cancellationToken, Metadata? headers = null)
    {
        using var call = _channel.CreateCallInvoker().AsyncUnaryCall(
            Method<byte[], ModelInferResponse>(MethodType.Unary, "ModelInfer", message => message),
            null,
            new CallOptions(headers, cancellationToken: cancellationToken),
            request);
        return await call.ResponseAsync;
    }

    public AsyncDuplexStreamingCall<IMessage, ModelStreamInferResponse> Stream(CancellationToken cancellationToken) => _channel.CreateCallInvoker().AsyncDuplexStreamingCall(
        Method<IMessage, ModelStreamInferResponse>(MethodType.DuplexStreaming, "ModelStreamInfer", message => message.ToByteArray()),
        null,
        new CallOptions(cancellationToken: cancellationToken));

    public CallInvoker Invoker => _channel.CreateCallInvoker();

    public void Dispose() => _channel.Dispose();

    private static Method<TRequest, TResponse> Method<TRequest, TResponse>(MethodType type, string name, Func<TRequest, byte[]> write)
        where TResponse : IMessage<TResponse>, new() => new(
            type,
            InferenceMethods.ServiceName,
            name,
            Marshallers.Create(write, _ => throw new NotSupportedException()),
            Marshallers.Create<TResponse>(_ => throw new NotSupportedException(), bytes => new MessageParser<TResponse>(() => new TResponse()).ParseFrom(bytes)));
}
