using System.Text;
using MLOps.Inference.Onnx;

namespace MLOps.Inference.Codecs;

/// <summary>Reads ModelInferRequest, the protobuf message of the protocol's gRPC service. By hand, for two reasons: raw contents and packed
/// floating point are used where they lie, and a generated reader would turn a message of 64 MiB of empty fields into gigabytes of objects.</summary>
public static class OipGrpcRequestCodec
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="message">The whole message; tensors lie in it, so it must outlive the request.</param>
    /// <exception cref="InferenceException">InvalidRequest or TooLarge.</exception>
    public static OipRequest Read(ReadOnlyMemory<byte> message)
    {
        var reader = new OipGrpcRequestReader(message);
        try
        {
            return reader.Read();
        }
        catch (DecoderFallbackException exception)
        {
            reader.Request.Dispose();
            throw new InferenceException(InferenceError.InvalidRequest, "The request has a string that is not valid UTF-8.", exception);
        }
        catch
        {
            reader.Request.Dispose();
            throw;
        }
    }

    internal static string Text(ReadOnlySpan<byte> bytes) => Strict.GetString(bytes);

    /// <summary>Reads one entry of a map from name to InferParameter.</summary>
    internal static void ReadParameter(ReadOnlySpan<byte> entry, OipParameters parameters)
    {
        var name = "";
        object? value = null;
        var fields = new ProtobufFields(entry, InferenceError.InvalidRequest);
        while (fields.TryNext())
        {
            if (fields is { Number: 1, IsBytes: true })
            {
                name = Text(fields.Bytes);
            }
            else if (fields is { Number: 2, IsBytes: true })
            {
                value = Value(fields.Bytes);
            }
        }

        parameters.Set(name, value);
    }

    private static object? Value(ReadOnlySpan<byte> parameter)
    {
        object? value = null;
        var fields = new ProtobufFields(parameter, InferenceError.InvalidRequest);
        while (fields.TryNext())
        {
            value = fields switch
            {
                { Number: 1, IsVarint: true } => fields.Value != 0,
                { Number: 2, IsVarint: true } => (long)fields.Value,
                { Number: 3, IsBytes: true } => Text(fields.Bytes),
                { Number: 4, IsFixed: true } when fields.Bytes.Length == sizeof(double) => System.Buffers.Binary.BinaryPrimitives.ReadDoubleLittleEndian(fields.Bytes),
                { Number: 5, IsVarint: true } => fields.Value <= long.MaxValue ? (long)fields.Value : (object)(double)fields.Value,
                _ => value,
            };
        }

        return value;
    }
}
