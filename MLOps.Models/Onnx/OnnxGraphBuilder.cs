using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Onnx;

/// <summary>Builds one ONNX graph (a model's main graph or the body of a Scan) node by node, in execution order.</summary>
/// <remarks>Values are named by the strings that the methods return. A body sees the names of the graph around it, so a body's builder takes another <paramref name="name"/> than the graph it goes into: the name prefixes what it generates.</remarks>
internal sealed class OnnxGraphBuilder(string name)
{
    private readonly GraphProto _graph = new() { Name = name };
    private int _generated;

    /// <summary>Declares an input that the caller gives.</summary>
    public string Input(string inputName, OnnxElementType type, params ReadOnlySpan<OnnxDimension> shape)
    {
        _graph.Input.Add(ValueInfo(inputName, type, shape));
        return inputName;
    }

    /// <summary>Declares that the value <paramref name="source"/> leaves the graph under <paramref name="outputName"/>.</summary>
    public void Output(string outputName, string source, OnnxElementType type, params ReadOnlySpan<OnnxDimension> shape)
    {
        // Identity keeps public names apart from generated ones, and is free: ONNX Runtime removes it.
        Add("Identity", [source], [outputName]);
        _graph.Output.Add(ValueInfo(outputName, type, shape));
    }

    /// <summary>A float32 constant of the given shape; no dimension: a scalar.</summary>
    public string Constant(string constantName, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) =>
        Constant(constantName, OnnxElementType.Float32, MemoryMarshal.AsBytes(values), values.Length, shape);

    /// <summary>A float64 constant of the given shape; no dimension: a scalar.</summary>
    public string Constant(string constantName, ReadOnlySpan<double> values, params ReadOnlySpan<long> shape) =>
        Constant(constantName, OnnxElementType.Float64, MemoryMarshal.AsBytes(values), values.Length, shape);

    /// <summary>A 1-D int64 constant, as Slice and Reshape take them.</summary>
    public string Constant(string constantName, params ReadOnlySpan<long> values) =>
        Constant(constantName, OnnxElementType.Int64, MemoryMarshal.AsBytes(values), values.Length, [values.Length]);

    /// <summary>An int64 scalar, as a trip count or an index of Gather takes it.</summary>
    public string Scalar(string constantName, long value) =>
        Constant(constantName, OnnxElementType.Int64, MemoryMarshal.AsBytes([value]), 1, []);

    /// <summary>A boolean scalar, as the condition of a Loop takes it.</summary>
    public string Scalar(string constantName, bool value) =>
        Constant(constantName, OnnxElementType.Boolean, [value ? (byte)1 : (byte)0], 1, []);

    /// <summary>Adds a node of one output and returns that output's name.</summary>
    public string Node(string operatorType, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var output = NewName(operatorType);
        Add(operatorType, inputs, [output], attributes);
        return output;
    }

    /// <summary>Adds a node of several outputs and returns their names.</summary>
    public string[] Nodes(string operatorType, int outputs, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var names = new string[outputs];
        for (var i = 0; i < outputs; i++)
        {
            names[i] = NewName(operatorType);
        }

        Add(operatorType, inputs, names, attributes);
        return names;
    }

    /// <summary>Adds a node of the machine-learning operators (trees, linear models) and returns its outputs' names.</summary>
    public string[] LearningNodes(string operatorType, int outputs, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var names = Nodes(operatorType, outputs, inputs, attributes);
        _graph.Node[^1].Domain = OnnxModelFile.LearningDomain;
        return names;
    }

    public GraphProto Build() => _graph.Clone();

    private static ValueInfoProto ValueInfo(string valueName, OnnxElementType type, ReadOnlySpan<OnnxDimension> shape)
    {
        var shapeProto = new TensorShapeProto();
        foreach (var dimension in shape)
        {
            shapeProto.Dim.Add(dimension.ToProto());
        }

        return new ValueInfoProto
        {
            Name = valueName,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shapeProto } },
        };
    }

    private string Constant(string constantName, OnnxElementType type, ReadOnlySpan<byte> bytes, int count, ReadOnlySpan<long> shape)
    {
        long expected = 1;
        foreach (var length in shape)
        {
            expected *= length;
        }

        if (expected != count)
        {
            throw new ArgumentException($"Constant '{constantName}' has {count} values but its shape [{string.Join(',', shape.ToArray())}] asks for {expected}.");
        }

        // raw_data is little-endian by the ONNX standard; every platform that .NET and ONNX Runtime share is too.
        var tensor = new TensorProto { Name = constantName, DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        foreach (var length in shape)
        {
            tensor.Dims.Add(length);
        }

        _graph.Initializer.Add(tensor);
        return constantName;
    }

    private void Add(string operatorType, ReadOnlySpan<string> inputs, ReadOnlySpan<string> outputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var node = new NodeProto { OpType = operatorType, Name = outputs[0] };
        foreach (var input in inputs)
        {
            node.Input.Add(input);
        }

        foreach (var output in outputs)
        {
            node.Output.Add(output);
        }

        foreach (var attribute in attributes)
        {
            node.Attribute.Add(attribute);
        }

        _graph.Node.Add(node);
    }

    private string NewName(string operatorType) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}/{operatorType}_{_generated++}");
}
