using System.Buffers;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Codecs;

/// <summary>A ModelInferResponse ready to be written: everything but the raw contents encoded, and the tensors they come from.
/// It owns both until it is disposed.</summary>
public sealed class OipGrpcResponse : IDisposable
{
    private const int RawOutputContents = 6;

    private readonly PooledBuffer _head;
    private readonly IReadOnlyList<Tensor> _raw;
    private readonly IDisposable? _owner;

    /// <param name="head">The encoded fields.</param>
    /// <param name="raw">Outputs that follow as raw contents.</param>
    /// <param name="owner">What keeps their memory alive.</param>
    /// <exception cref="InferenceException">TooLarge: a protobuf message ends at 2 GiB.</exception>
    internal OipGrpcResponse(PooledBuffer head, IReadOnlyList<Tensor> raw, IDisposable? owner)
    {
        _head = head;
        _raw = raw;
        _owner = owner;
        long length = head.Length;
        foreach (var tensor in raw)
        {
            length += ProtobufWriter.SizeOfBytes(RawOutputContents, tensor.Data.Length);
        }

        Length = length <= int.MaxValue ? (int)length : throw InferenceException.TooLarge($"The answer has {length} bytes: a gRPC message holds at most {int.MaxValue}.");
    }

    /// <summary>Bytes of the message.</summary>
    public int Length { get; }

    public void WriteTo(IBufferWriter<byte> output)
    {
        output.Write(_head.Memory.Span);
        foreach (var tensor in _raw)
        {
            ProtobufWriter.Bytes(output, RawOutputContents, tensor.Data.Span);
        }
    }

    public void Dispose()
    {
        _head.Dispose();
        _owner?.Dispose();
    }
}
