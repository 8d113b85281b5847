namespace MLOps.Inference.Codecs;

/// <summary>ModelStreamInferResponse, the envelope of answers on a stream.</summary>
public static class OipGrpcStream
{
    private const int ErrorMessage = 1;
    private const int InferResponse = 2;

    /// <summary>What precedes an answer of that length.</summary>
    public static byte[] ResponseHead(int length)
    {
        using var buffer = new PooledBuffer(int.MaxValue);
        ProtobufWriter.Head(buffer, InferResponse, length);
        return buffer.Memory.ToArray();
    }

    /// <summary>The whole message of a refusal.</summary>
    public static byte[] Error(string message)
    {
        using var buffer = new PooledBuffer(int.MaxValue);
        ProtobufWriter.Text(buffer, ErrorMessage, message);
        return buffer.Memory.ToArray();
    }
}
