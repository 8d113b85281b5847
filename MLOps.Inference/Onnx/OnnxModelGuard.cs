namespace MLOps.Inference.Onnx;

/// <summary>Reads a model's protobuf before ONNX Runtime does and refuses every reference to data outside it:
/// external data names files, which a model from a stranger must not do. Field numbers are those of onnx.proto.</summary>
public static class OnnxModelGuard
{
    private const int MaxDepth = 64;

    /// <exception cref="InferenceException">InvalidModel: not an ONNX model, external data, or subgraphs nested over 64 deep.</exception>
    public static void Check(ReadOnlySpan<byte> model)
    {
        var hasGraph = false;
        var fields = new ProtobufFields(model);
        while (fields.TryNext())
        {
            if (!fields.IsBytes)
            {
                continue;
            }

            switch (fields.Number)
            {
                case 7: // graph
                    hasGraph = true;
                    Graph(fields.Bytes, 0);
                    break;
                case 20: // training_info
                    TrainingInfo(fields.Bytes);
                    break;
                case 25: // functions
                    Function(fields.Bytes);
                    break;
                default:
                    break;
            }
        }

        if (!hasGraph)
        {
            throw new InferenceException(InferenceError.InvalidModel, "The file is not an ONNX model: it has no graph. Expected the bytes of a .onnx file.");
        }
    }

    private static void TrainingInfo(ReadOnlySpan<byte> message)
    {
        var fields = new ProtobufFields(message);
        while (fields.TryNext())
        {
            if (fields is { IsBytes: true, Number: 1 or 2 }) // initialization, algorithm
            {
                Graph(fields.Bytes, 0);
            }
        }
    }

    private static void Function(ReadOnlySpan<byte> message)
    {
        var fields = new ProtobufFields(message);
        while (fields.TryNext())
        {
            if (fields is { IsBytes: true, Number: 7 }) // node
            {
                Node(fields.Bytes, 0);
            }
            else if (fields is { IsBytes: true, Number: 11 }) // attribute_proto
            {
                Attribute(fields.Bytes, 0);
            }
        }
    }

    private static void Graph(ReadOnlySpan<byte> message, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new InferenceException(InferenceError.InvalidModel, $"The model's subgraphs are nested over {MaxDepth} deep.");
        }

        var fields = new ProtobufFields(message);
        while (fields.TryNext())
        {
            if (!fields.IsBytes)
            {
                continue;
            }

            switch (fields.Number)
            {
                case 1: // node
                    Node(fields.Bytes, depth);
                    break;
                case 5: // initializer
                    Tensor(fields.Bytes);
                    break;
                case 15: // sparse_initializer
                    SparseTensor(fields.Bytes);
                    break;
                default:
                    break;
            }
        }
    }

    private static void Node(ReadOnlySpan<byte> message, int depth)
    {
        var fields = new ProtobufFields(message);
        while (fields.TryNext())
        {
            if (fields is { IsBytes: true, Number: 5 }) // attribute
            {
                Attribute(fields.Bytes, depth);
            }
        }
    }

    private static void Attribute(ReadOnlySpan<byte> message, int depth)
    {
        var fields = new ProtobufFields(message);
        while (fields.TryNext())
        {
            if (!fields.IsBytes)
            {
                continue;
            }

            switch (fields.Number)
            {
                case 5 or 10: // t, tensors
                    Tensor(fields.Bytes);
                    break;
                case 6 or 11: // g, graphs
                    Graph(fields.Bytes, depth + 1);
                    break;
                case 22 or 23: // sparse_tensor, sparse_tensors
                    SparseTensor(fields.Bytes);
                    break;
                default:
                    break;
            }
        }
    }

    private static void SparseTensor(ReadOnlySpan<byte> message)
    {
        var fields = new ProtobufFields(message);
        while (fields.TryNext())
        {
            if (fields is { IsBytes: true, Number: 1 or 2 }) // values, indices
            {
                Tensor(fields.Bytes);
            }
        }
    }

    private static void Tensor(ReadOnlySpan<byte> message)
    {
        var fields = new ProtobufFields(message);
        while (fields.TryNext())
        {
            // 13: external_data; 14: data_location, where 0 is "in this file".
            if ((fields.IsBytes && fields.Number == 13) || (fields.IsVarint && fields.Number == 14 && fields.Value != 0))
            {
                throw new InferenceException(
                    InferenceError.InvalidModel,
                    "The model keeps tensors in external data files, which is not allowed here: save it as one file (onnx.save with save_as_external_data=False).");
            }
        }
    }
}
