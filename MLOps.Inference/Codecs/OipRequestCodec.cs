using System.Text.Json;
using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Codecs;

/// <summary>Reads requests of the Open Inference Protocol v2, with the binary tensor data extension.
/// Utf8JsonReader reads the structure, <see cref="JsonTensorScanner"/> the data.</summary>
public static class OipRequestCodec
{
    /// <param name="body">The whole body, decompressed; binary inputs lie in it, so it must outlive the request.</param>
    /// <param name="jsonLength">Length of the JSON part; null: all of it.</param>
    /// <exception cref="InferenceException">InvalidRequest or TooLarge.</exception>
    public static OipRequest Read(ReadOnlyMemory<byte> body, int? jsonLength)
    {
        if (jsonLength is { } length && (length < 0 || length > body.Length))
        {
            throw InferenceException.Invalid($"The inference header's length is {length}, but the body has {body.Length} bytes.");
        }

        var json = body[..(jsonLength ?? body.Length)];
        var parser = new OipRequestParser(json, body[json.Length..], hasBinary: jsonLength is not null);
        try
        {
            return parser.Read();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            parser.Request.Dispose();
            throw InferenceException.Invalid($"The request is not valid JSON of the Open Inference Protocol: {exception.Message}");
        }
        catch
        {
            parser.Request.Dispose();
            throw;
        }
    }

    /// <summary>The request of a body that is nothing but the one input's raw data (inference header length 0): everything but that input, which <see cref="RawInput"/> makes.</summary>
    public static OipRequest Raw() => new() { BinaryOutputs = true };

    /// <summary>The input of a raw body, which lies in it.</summary>
    /// <param name="inputs">Those of the model.</param>
    /// <exception cref="InferenceException">InvalidRequest: the model has several inputs, or the size does not say the shape.</exception>
    public static Tensor RawInput(ReadOnlyMemory<byte> body, IReadOnlyList<TensorMetadata> inputs)
    {
        if (inputs is not [var input])
        {
            throw InferenceException.Invalid($"A raw body needs a model of one input: this one has {inputs.Count}.");
        }

        return input.Datatype == TensorDatatype.Bytes ? RawBytes(input, body) : new Tensor(input.Name, input.Datatype, RawShape(input, body.Length), body);
    }

    private static Tensor RawBytes(TensorMetadata input, ReadOnlyMemory<byte> body)
    {
        var data = new byte[sizeof(int) + body.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(data, body.Length);
        body.CopyTo(data.AsMemory(sizeof(int)));
        return new Tensor(input.Name, input.Datatype, [.. input.Shape.Select(dimension => dimension < 0 ? 1 : dimension)], data);
    }

    private static long[] RawShape(TensorMetadata input, int length)
    {
        long[] shape = [.. input.Shape];
        var open = Array.IndexOf(shape, -1);
        if (open < 0)
        {
            return TensorShape.Count(shape, input.Name) * input.Datatype.Size() is var whole && whole == length
                ? shape
                : throw InferenceException.Invalid($"A raw body of {length} bytes is not the input's {whole}.");
        }

        shape[open] = 1;
        if (Array.IndexOf(shape, -1) >= 0)
        {
            throw InferenceException.Invalid($"A raw body cannot say the shape {TensorShape.Format([.. input.Shape])}: more than one dimension is open.");
        }

        var row = TensorShape.Count(shape, input.Name) * input.Datatype.Size();
        if (row == 0 || length % row != 0)
        {
            throw InferenceException.Invalid($"A raw body of {length} bytes does not fill rows of {row} bytes.");
        }

        shape[open] = length / row;
        return shape;
    }
}
