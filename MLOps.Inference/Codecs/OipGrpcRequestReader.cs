using MLOps.Inference.Onnx;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Codecs;

/// <summary>The walk through one ModelInferRequest. Field numbers are the published ones.</summary>
internal ref struct OipGrpcRequestReader(ReadOnlyMemory<byte> message)
{
    private readonly List<ReadOnlyMemory<byte>> _raw = [];
    private readonly List<ReadOnlyMemory<byte>> _inputs = [];
    private int _expanded;

    public OipRequest Request { get; } = new();

    public OipRequest Read()
    {
        var outputs = new List<OipRequestedOutput>();
        var fields = new ProtobufFields(message.Span, InferenceError.InvalidRequest);
        while (fields.TryNext())
        {
            if (!fields.IsBytes)
            {
                continue;
            }

            switch (fields.Number)
            {
                case 1:
                    Request.ModelName = OipGrpcRequestCodec.Text(fields.Bytes);
                    break;
                case 2 when fields.Bytes.Length > 0:
                    Request.ModelVersion = OipGrpcRequestCodec.Text(fields.Bytes);
                    break;
                case 3 when fields.Bytes.Length > 0:
                    Request.Id = OipGrpcRequestCodec.Text(fields.Bytes);
                    break;
                case 4:
                    OipGrpcRequestCodec.ReadParameter(fields.Bytes, Request.Parameters);
                    break;
                case 5:
                    Add(_inputs, message.Slice(fields.Start, fields.Bytes.Length), "inputs");
                    break;
                case 6:
                    outputs.Add(outputs.Count < OipLimits.MaxTensors ? Output(fields.Bytes) : throw InferenceException.Invalid($"More than {OipLimits.MaxTensors} outputs."));
                    break;
                case 7:
                    Add(_raw, message.Slice(fields.Start, fields.Bytes.Length), "raw_input_contents");
                    break;
            }
        }

        Request.Outputs = outputs;
        ReadInputs();
        return Request;
    }

    private static void Add(List<ReadOnlyMemory<byte>> list, ReadOnlyMemory<byte> item, string what)
    {
        if (list.Count == OipLimits.MaxTensors)
        {
            throw InferenceException.Invalid($"More than {OipLimits.MaxTensors} {what}.");
        }

        list.Add(item);
    }

    private void ReadInputs()
    {
        if (_inputs.Count == 0)
        {
            throw InferenceException.Invalid("'inputs' is missing or empty: expected tensors with name, datatype, shape and contents.");
        }

        if (_raw.Count > 0 && _raw.Count != _inputs.Count)
        {
            throw InferenceException.Invalid($"There are {_raw.Count} raw_input_contents for {_inputs.Count} inputs: expected one for each input, or none.");
        }

        for (var i = 0; i < _inputs.Count; i++)
        {
            var input = OipGrpcInput.Read(_inputs[i]);
            if (_raw.Count == 0)
            {
                Request.TypedContents = true;
                Request.Add(Typed(input));
            }
            else if (input.Contents.Count > 0)
            {
                throw InferenceException.Invalid($"Input '{Quoted.Short(input.Name)}' has contents, and the request has raw_input_contents: they must not be mixed.");
            }
            else
            {
                Request.Add(new Tensor(input.Name, input.Datatype, input.Shape, _raw[i]));
            }
        }
    }

    private Tensor Typed(OipGrpcInput input)
    {
        var contents = new OipGrpcContents(input.Name, input.Datatype);
        if (contents.TryInPlace(input.Contents) is { } data)
        {
            return new Tensor(input.Name, input.Datatype, input.Shape, data);
        }

        var writer = new PooledWriter(OipLimits.MaxBytes - _expanded);
        try
        {
            foreach (var part in input.Contents)
            {
                contents.Read(part.Span, ref writer);
            }

            var length = writer.Length;
            _expanded += length;
            return Tensor.OverRented(input.Name, input.Datatype, input.Shape, writer.Detach(), length);
        }
        finally
        {
            writer.Dispose();
        }
    }

    private static OipRequestedOutput Output(ReadOnlySpan<byte> output)
    {
        var name = "";
        var parameters = new OipParameters();
        var fields = new ProtobufFields(output, InferenceError.InvalidRequest);
        while (fields.TryNext())
        {
            if (fields is { Number: 1, IsBytes: true })
            {
                name = OipGrpcRequestCodec.Text(fields.Bytes);
            }
            else if (fields is { Number: 2, IsBytes: true })
            {
                OipGrpcRequestCodec.ReadParameter(fields.Bytes, parameters);
            }
        }

        return OipRequestedOutput.Of(name, parameters);
    }
}
