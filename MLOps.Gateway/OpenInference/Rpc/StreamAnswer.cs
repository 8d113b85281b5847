using System.Buffers;
using MLOps.Inference.Codecs;

namespace MLOps.Gateway.OpenInference.Rpc;

/// <summary>ModelStreamInferResponse: the answer to one request of a stream, or why there is none.</summary>
internal sealed class StreamAnswer : IDisposable
{
    private readonly OipGrpcResponse? _response;
    private readonly byte[] _head;

    public StreamAnswer(OipGrpcResponse response)
    {
        _response = response;
        _head = OipGrpcStream.ResponseHead(response.Length);
    }

    public StreamAnswer(string error) => _head = OipGrpcStream.Error(error);

    public int Length => checked(_head.Length + (_response?.Length ?? 0));

    public void WriteTo(IBufferWriter<byte> output)
    {
        output.Write(_head);
        _response?.WriteTo(output);
    }

    public void Dispose() => _response?.Dispose();
}
