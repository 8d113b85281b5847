using Grpc.Core;
using Grpc.Net.Client;

namespace MLOps.Bench.Load;

/// <summary>One HTTP/2 connection of a gRPC client that sends and takes messages as bytes. The client is the ordinary one of .NET and does
/// more than <see cref="RawConnection"/>: part of what is measured is its own.</summary>
internal sealed class GrpcConnection(Uri address) : ILoadConnection
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(static bytes => bytes, static bytes => bytes);

    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = false },
        DisposeHttpClient = true,
        MaxReceiveMessageSize = null,
    });

    private readonly Dictionary<string, Method<byte[], byte[]>> _methods = [];

    public async Task<(int Status, string? Error)> SendAsync(LoadRequest request, CancellationToken cancellationToken)
    {
        if (!_methods.TryGetValue(request.Path, out var method))
        {
            var slash = request.Path.LastIndexOf('/');
            _methods[request.Path] = method = new Method<byte[], byte[]>(MethodType.Unary, request.Path[..slash], request.Path[(slash + 1)..], Bytes, Bytes);
        }

        try
        {
            using var call = _channel.CreateCallInvoker().AsyncUnaryCall(method, null, new CallOptions(cancellationToken: cancellationToken), request.Body.ToArray());
            await call.ResponseAsync;
            return (200, null);
        }
        catch (RpcException exception) when (exception.StatusCode != StatusCode.Cancelled)
        {
            return (500, exception.Status.ToString());
        }
        catch (RpcException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    public void Dispose() => _channel.Dispose();
}
