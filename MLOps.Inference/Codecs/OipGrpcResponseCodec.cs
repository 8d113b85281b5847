using MLOps.Inference.Tensors;

namespace MLOps.Inference.Codecs;

/// <summary>Writes ModelInferResponse, the protobuf message of the protocol's gRPC service. Outputs go out raw, straight from where the model
/// left them, unless the caller sent typed contents: then it gets typed contents too, where every output has that form.</summary>
public static class OipGrpcResponseCodec
{
    /// <param name="response">What to say.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="owner">Keeps the outputs' memory; disposed with the answer.</param>
    /// <exception cref="InferenceException">TooLarge: over 2 GiB.</exception>
    public static OipGrpcResponse Write(OipResponse response, OipRequest request, IDisposable? owner)
    {
        var outputs = response.Result.Outputs;
        var typed = request.TypedContents && outputs.All(output => OipGrpcContents.FieldOf(output.Datatype) != 0);
        var head = new PooledBuffer(int.MaxValue);
        try
        {
            ProtobufWriter.Text(head, 1, response.ModelName);
            ProtobufWriter.Text(head, 2, response.ModelVersion);
            if (request.Id is not null)
            {
                ProtobufWriter.Text(head, 3, request.Id);
            }

            using var part = new PooledBuffer(int.MaxValue);
            Parameter(head, part, "variant", response.Variant);
            foreach (var output in outputs)
            {
                Output(head, part, output, typed);
            }

            return new OipGrpcResponse(head, typed ? [] : outputs, owner);
        }
        catch
        {
            head.Dispose();
            throw;
        }
    }

    private static void Parameter(PooledBuffer head, PooledBuffer part, string name, string value)
    {
        part.Clear();
        ProtobufWriter.Text(part, 3, value);
        var valueLength = part.Length;
        ProtobufWriter.Head(head, 4, (int)(ProtobufWriter.SizeOfBytes(1, System.Text.Encoding.UTF8.GetByteCount(name)) + ProtobufWriter.SizeOfBytes(2, valueLength)));
        ProtobufWriter.Text(head, 1, name);
        ProtobufWriter.Bytes(head, 2, part.Memory.Span);
    }

    private static void Output(PooledBuffer head, PooledBuffer part, Tensor tensor, bool typed)
    {
        part.Clear();
        ProtobufWriter.Text(part, 1, tensor.Name);
        ProtobufWriter.Text(part, 2, tensor.Datatype.Name());
        ProtobufWriter.Head(part, 3, tensor.Shape.Sum(dimension => ProtobufWriter.SizeOf((ulong)dimension)));
        foreach (var dimension in tensor.Shape)
        {
            ProtobufWriter.Raw(part, (ulong)dimension);
        }

        if (typed)
        {
            using var contents = new PooledBuffer(int.MaxValue);
            Contents(contents, tensor);
            ProtobufWriter.Bytes(part, 5, contents.Memory.Span);
        }

        ProtobufWriter.Bytes(head, 5, part.Memory.Span);
    }

    private static void Contents(PooledBuffer output, Tensor tensor)
    {
        var field = OipGrpcContents.FieldOf(tensor.Datatype);
        var data = tensor.Data.Span;
        switch (tensor.Datatype)
        {
            case TensorDatatype.Bytes:
                var elements = new BytesElements(data);
                while (elements.TryNext(out var element))
                {
                    ProtobufWriter.Bytes(output, field, element);
                }

                break;
            case TensorDatatype.Fp32 or TensorDatatype.Fp64:
                ProtobufWriter.Bytes(output, field, data);
                break;
            default:
                using (var packed = new PooledBuffer(int.MaxValue))
                {
                    for (var size = tensor.Datatype.Size(); !data.IsEmpty; data = data[size..])
                    {
                        ProtobufWriter.Raw(packed, TensorNumbers.ReadInteger(tensor.Datatype, data));
                    }

                    ProtobufWriter.Bytes(output, field, packed.Memory.Span);
                }

                break;
        }
    }
}
