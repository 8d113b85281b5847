using MLOps.Inference.Onnx;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Codecs;

/// <summary>What an InferInputTensor says of itself.</summary>
/// <param name="Contents">Its typed contents, in as many parts as the message has.</param>
internal sealed record OipGrpcInput(string Name, TensorDatatype Datatype, long[] Shape, IReadOnlyList<ReadOnlyMemory<byte>> Contents)
{
    public static OipGrpcInput Read(ReadOnlyMemory<byte> message)
    {
        var name = "";
        var datatype = "";
        var contents = new List<ReadOnlyMemory<byte>>();
        var parameters = new OipParameters();
        Span<long> shape = stackalloc long[TensorShape.MaxRank];
        var rank = 0;
        var fields = new ProtobufFields(message.Span, InferenceError.InvalidRequest);
        while (fields.TryNext())
        {
            switch (fields.Number)
            {
                case 1 when fields.IsBytes:
                    name = OipGrpcRequestCodec.Text(fields.Bytes);
                    break;
                case 2 when fields.IsBytes:
                    datatype = OipGrpcRequestCodec.Text(fields.Bytes);
                    break;
                case 3 when fields.IsVarint:
                    Append(shape, ref rank, (long)fields.Value, name);
                    break;
                case 3 when fields.IsBytes:
                    var packed = new ProtobufFields(fields.Bytes, InferenceError.InvalidRequest);
                    while (!packed.AtEnd)
                    {
                        Append(shape, ref rank, (long)packed.ReadVarint(), name);
                    }

                    break;
                case 4 when fields.IsBytes:
                    OipGrpcRequestCodec.ReadParameter(fields.Bytes, parameters);
                    break;
                case 5 when fields.IsBytes:
                    if (contents.Count == OipLimits.MaxTensors)
                    {
                        throw InferenceException.Invalid($"Input '{Quoted.Short(name)}' has its contents in more than {OipLimits.MaxTensors} parts.");
                    }

                    contents.Add(message.Slice(fields.Start, fields.Bytes.Length));
                    break;
            }
        }

        OipParameters.RefuseSharedMemory(parameters, name);
        return new OipGrpcInput(name, TensorDatatypes.Parse(datatype), shape[..rank].ToArray(), contents);
    }

    private static void Append(Span<long> shape, ref int rank, long dimension, string tensor)
    {
        if (rank == shape.Length)
        {
            throw InferenceException.Invalid($"Tensor '{Quoted.Short(tensor)}' has more than {shape.Length} dimensions.");
        }

        shape[rank++] = dimension;
    }
}
