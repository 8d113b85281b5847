using System.Text.Json;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Codecs;

/// <summary>The walk through one request.</summary>
internal ref struct OipRequestParser
{
    private const string BinarySize = "binary_data_size";

    private readonly ReadOnlySpan<byte> _json;
    private readonly ReadOnlyMemory<byte> _binary;
    private readonly bool _hasBinary;
    private Utf8JsonReader _reader;

    // Where the reader's current segment begins in the JSON.
    private int _base;
    private int _binaryUsed;
    private int _expanded;

    public OipRequestParser(ReadOnlyMemory<byte> json, ReadOnlyMemory<byte> binary, bool hasBinary)
    {
        _json = json.Span;
        _binary = binary;
        _hasBinary = hasBinary;
        _reader = new Utf8JsonReader(_json, isFinalBlock: true, new JsonReaderState(new JsonReaderOptions { MaxDepth = OipLimits.MaxDepth }));
    }

    public OipRequest Request { get; } = new();

    public OipRequest Read()
    {
        Expect(Next(), JsonTokenType.StartObject, "the request");
        var inputs = false;
        while (NextProperty() is { } name)
        {
            switch (name)
            {
                case "id":
                    Next();
                    Request.Id = _reader.TokenType == JsonTokenType.Number ? JsonElement.ParseValue(ref _reader).GetRawText() : _reader.GetString();
                    break;
                case "parameters":
                    Request.Parameters = Parameters();
                    break;
                case "inputs":
                    if (inputs)
                    {
                        throw InferenceException.Invalid("'inputs' is given twice.");
                    }

                    inputs = true;
                    Inputs();
                    break;
                case "outputs":
                    Request.Outputs = Outputs();
                    break;
                default:
                    _reader.Skip();
                    break;
            }
        }

        if (_reader.Read())
        {
            throw InferenceException.Invalid("There is more after the request's JSON.");
        }

        if (Request.Inputs.Count == 0)
        {
            throw InferenceException.Invalid("'inputs' is missing or empty: expected an array of tensors with name, shape, datatype and data.");
        }

        if (_binaryUsed != _binary.Length)
        {
            throw InferenceException.Invalid($"{_binary.Length - _binaryUsed} bytes after the JSON belong to no input: the binary_data_size of the inputs sum to {_binaryUsed}.");
        }

        Request.BinaryOutputs = Request.Parameters.GetBoolean("binary_data_output") ?? false;
        return Request;
    }

    private void Inputs()
    {
        Expect(Next(), JsonTokenType.StartArray, "'inputs'");
        while (Next() != JsonTokenType.EndArray)
        {
            Expect(_reader.TokenType, JsonTokenType.StartObject, "an input");
            if (Request.Inputs.Count == OipLimits.MaxTensors)
            {
                throw InferenceException.Invalid($"More than {OipLimits.MaxTensors} inputs.");
            }

            Input();
        }
    }

    private void Input()
    {
        string? name = null;
        long[]? shape = null;
        TensorDatatype? datatype = null;
        OipParameters? parameters = null;
        var dataStart = -1;
        Tensor? tensor = null;
        try
        {
            while (NextProperty() is { } property)
            {
                switch (property)
                {
                    case "name":
                        name = NextString("name of an input");
                        break;
                    case "datatype":
                        datatype = TensorDatatypes.Parse(NextString("datatype of an input"));
                        break;
                    case "shape":
                        shape = Shape(name ?? "");
                        break;
                    case "parameters":
                        parameters = Parameters();
                        break;
                    case "data":
                        if (dataStart >= 0)
                        {
                            throw InferenceException.Invalid($"Tensor '{Quoted.Short(name ?? "")}' has 'data' twice.");
                        }

                        dataStart = _base + (int)_reader.BytesConsumed;
                        var scanner = new JsonTensorScanner(_json, dataStart);
                        if (name is not null && shape is not null && datatype is { } known)
                        {
                            tensor = Data(ref scanner, name, known, shape);
                        }
                        else
                        {
                            scanner.SkipArray(name ?? "");
                        }

                        Resume(scanner.Position);
                        break;
                    default:
                        _reader.Skip();
                        break;
                }
            }

            if (name is null || shape is null || datatype is not { } type)
            {
                throw InferenceException.Invalid($"Input '{Quoted.Short(name ?? "")}' needs name, shape and datatype.");
            }

            OipParameters.RefuseSharedMemory(parameters, name);

            if (parameters?.GetSize(BinarySize) is { } size)
            {
                if (dataStart >= 0)
                {
                    throw InferenceException.Invalid($"Input '{Quoted.Short(name)}' has both data and {BinarySize}.");
                }

                tensor = Binary(name, type, shape, size);
            }
            else if (dataStart < 0)
            {
                throw InferenceException.Invalid($"Input '{Quoted.Short(name)}' has neither data nor {BinarySize}.");
            }

            if (tensor is null)
            {
                var scanner = new JsonTensorScanner(_json, dataStart);
                tensor = Data(ref scanner, name, type, shape);
            }

            Request.Add(tensor);
        }
        catch
        {
            tensor?.Dispose();
            throw;
        }
    }

    private Tensor Data(ref JsonTensorScanner scanner, string name, TensorDatatype datatype, long[] shape)
    {
        var count = TensorShape.Count(shape, name);

        // Every element takes at least one byte and a separator, so a longer shape is refused before anything is allocated for it.
        if (count > (_json.Length / 2) + 1)
        {
            throw InferenceException.Invalid($"Tensor '{Quoted.Short(name)}' has shape {TensorShape.Format(shape)}, {count} elements, which cannot be in a request of {_json.Length} bytes.");
        }

        var writer = new PooledWriter(OipLimits.MaxBytes - _expanded);
        try
        {
            writer.Reserve((int)Math.Min(count * datatype.Size(), OipLimits.MaxBytes));
            scanner.ReadArray(datatype, name, ref writer);
            if (scanner.Count != count)
            {
                throw InferenceException.Invalid($"Tensor '{Quoted.Short(name)}' has shape {TensorShape.Format(shape)}, {count} elements, but {scanner.Count} were given.");
            }

            var length = writer.Length;
            _expanded += length;
            return Tensor.OverRented(name, datatype, shape, writer.Detach(), length);
        }
        finally
        {
            writer.Dispose();
        }
    }

    private Tensor Binary(string name, TensorDatatype datatype, long[] shape, long size)
    {
        if (!_hasBinary)
        {
            throw InferenceException.Invalid($"Input '{Quoted.Short(name)}' has {BinarySize}, but the request has no Inference-Header-Content-Length header.");
        }

        if (size > _binary.Length - _binaryUsed)
        {
            throw InferenceException.Invalid($"Input '{Quoted.Short(name)}' says {size} bytes, but {_binary.Length - _binaryUsed} are left after the JSON.");
        }

        var tensor = new Tensor(name, datatype, shape, _binary.Slice(_binaryUsed, (int)size));
        _binaryUsed += (int)size;
        return tensor;
    }

    private long[] Shape(string tensor)
    {
        Expect(Next(), JsonTokenType.StartArray, "'shape'");
        Span<long> shape = stackalloc long[TensorShape.MaxRank];
        var rank = 0;
        while (Next() != JsonTokenType.EndArray)
        {
            if (rank == shape.Length)
            {
                throw InferenceException.Invalid($"Tensor '{Quoted.Short(tensor)}' has more than {shape.Length} dimensions.");
            }

            if (_reader.TokenType != JsonTokenType.Number || !_reader.TryGetInt64(out shape[rank++]))
            {
                throw InferenceException.Invalid($"Tensor '{Quoted.Short(tensor)}' has a shape that is not an array of 64-bit integers.");
            }
        }

        TensorShape.Count(shape[..rank], tensor);
        return shape[..rank].ToArray();
    }

    private List<OipRequestedOutput> Outputs()
    {
        var outputs = new List<OipRequestedOutput>();
        if (Next() == JsonTokenType.Null)
        {
            return outputs;
        }

        Expect(_reader.TokenType, JsonTokenType.StartArray, "'outputs'");
        while (Next() != JsonTokenType.EndArray)
        {
            Expect(_reader.TokenType, JsonTokenType.StartObject, "an output");
            if (outputs.Count == OipLimits.MaxTensors)
            {
                throw InferenceException.Invalid($"More than {OipLimits.MaxTensors} outputs.");
            }

            string? name = null;
            OipParameters? parameters = null;
            while (NextProperty() is { } property)
            {
                switch (property)
                {
                    case "name":
                        name = NextString("name of an output");
                        break;
                    case "parameters":
                        parameters = Parameters();
                        break;
                    default:
                        _reader.Skip();
                        break;
                }
            }

            outputs.Add(OipRequestedOutput.Of(name, parameters));
        }

        return outputs;
    }

    private OipParameters Parameters()
    {
        var parameters = new OipParameters();
        if (Next() == JsonTokenType.Null)
        {
            return parameters;
        }

        Expect(_reader.TokenType, JsonTokenType.StartObject, "'parameters'");
        while (NextProperty() is { } name)
        {
            switch (Next())
            {
                case JsonTokenType.String:
                    parameters.Set(name, _reader.GetString());
                    break;
                case JsonTokenType.Number:
                    parameters.Set(name, _reader.TryGetInt64(out var integer) ? (object)integer : _reader.GetDouble());
                    break;
                case JsonTokenType.True or JsonTokenType.False:
                    parameters.Set(name, _reader.GetBoolean());
                    break;
                case JsonTokenType.Null:
                    break;
                default:
                    throw InferenceException.Invalid($"Parameter '{Quoted.Short(name)}' must be a string, a number or a boolean.");
            }
        }

        return parameters;
    }

    /// <summary>Goes on behind a value that the scanner read: the reader's state wants a value there, so it is given an empty string,
    /// and then the rest.</summary>
    private void Resume(int position)
    {
        var bridge = new Utf8JsonReader("\"\""u8, isFinalBlock: false, _reader.CurrentState);
        bridge.Read();
        _base = position;
        _reader = new Utf8JsonReader(_json[position..], isFinalBlock: true, bridge.CurrentState);
    }

    private JsonTokenType Next() =>
        _reader.Read() ? _reader.TokenType : throw InferenceException.Invalid("The request's JSON ends too early.");

    /// <returns>Null at the object's end.</returns>
    private string? NextProperty() => Next() == JsonTokenType.PropertyName ? _reader.GetString() : null;

    private string NextString(string what)
    {
        Expect(Next(), JsonTokenType.String, what);
        return _reader.GetString()!;
    }

    private static void Expect(JsonTokenType found, JsonTokenType expected, string what)
    {
        if (found != expected)
        {
            throw InferenceException.Invalid($"{what} is {found}: expected {expected}.");
        }
    }
}
