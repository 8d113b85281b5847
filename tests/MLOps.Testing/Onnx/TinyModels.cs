namespace MLOps.Testing.Onnx;

/// <summary>ONNX models of a few hundred bytes for tests of serving.</summary>
public static class TinyModels
{
    /// <summary>ONNX element types.</summary>
    public const int FloatElements = 1;
    public const int Int64Elements = 7;
    public const int StringElements = 8;
    public const int DoubleElements = 11;

    /// <summary>y = x, of any element type and shape (-1: open).</summary>
    public static byte[] Identity(int elementType, params long[] shape) =>
        Model(Graph([Node("Identity", ["x"], ["y"])], [], [Value("x", elementType, shape)], [Value("y", elementType, shape)]));

    /// <summary>y = −x, of any element type and shape (-1: open).</summary>
    public static byte[] Negation(int elementType, params long[] shape) =>
        Model(Graph([Node("Neg", ["x"], ["y"])], [], [Value("x", elementType, shape)], [Value("y", elementType, shape)]));

    /// <summary>y = x + addend, FP32 [-1, columns].</summary>
    public static byte[] AddConstant(float addend, int columns) =>
        Model(Graph(
            [Node("Add", ["x", "c"], ["y"])],
            [Tensor("c", [1], [addend])],
            [Value("x", FloatElements, [-1, columns])],
            [Value("y", FloatElements, [-1, columns])]));

    /// <summary>sum = a + b and difference = a − b, FP32 [-1].</summary>
    public static byte[] SumAndDifference() =>
        Model(Graph(
            [Node("Add", ["a", "b"], ["sum"]), Node("Sub", ["a", "b"], ["difference"])],
            [],
            [Value("a", FloatElements, [-1]), Value("b", FloatElements, [-1])],
            [Value("sum", FloatElements, [-1]), Value("difference", FloatElements, [-1])]));

    /// <summary>y = relu(x·W1 + b1)·W2 + b2 with all weights 1 and biases 0.5: FP32 [-1, columns] → [-1, 1], by way of two hidden units.</summary>
    public static byte[] Mlp(int columns = 3)
    {
        float[] w1 = [.. Enumerable.Repeat(1f, 2 * columns)];
        return Model(Graph(
            [Node("Gemm", ["x", "w1", "b1"], ["h"]), Node("Relu", ["h"], ["r"]), Node("Gemm", ["r", "w2", "b2"], ["y"])],
            [Tensor("w1", [columns, 2], w1), Tensor("b1", [2], [0.5f, 0.5f]), Tensor("w2", [2, 1], [1f, 1f]), Tensor("b2", [1], [0.5f])],
            [Value("x", FloatElements, [-1, columns])],
            [Value("y", FloatElements, [-1, 1])]));
    }

    /// <summary>y = x·w: FP32 [-1, columns] → [-1, 1]. Which column is which can be seen in the answer.</summary>
    public static byte[] Weighted(params float[] weights) =>
        Model(Graph(
            [Node("MatMul", ["x", "w"], ["y"])],
            [Tensor("w", [weights.Length, 1], weights)],
            [Value("x", FloatElements, [-1, weights.Length])],
            [Value("y", FloatElements, [-1, 1])]));

    /// <summary>y = x·W·W·… with W = identity: FP32 [-1, columns], and as slow as there are layers and rows.</summary>
    public static byte[] Slow(int columns, int layers)
    {
        var weights = new float[columns * columns];
        for (var i = 0; i < columns; i++)
        {
            weights[(i * columns) + i] = 1;
        }

        string Name(int layer) => layer == 0 ? "x" : layer == layers ? "y" : $"h{layer}";
        return Model(Graph(
            [.. Enumerable.Range(0, layers).Select(layer => Node("MatMul", [Name(layer), "w"], [Name(layer + 1)]))],
            [Tensor("w", [columns, columns], weights)],
            [Value("x", FloatElements, [-1, columns])],
            [Value("y", FloatElements, [-1, columns])]));
    }

    public static byte[] Model(OnnxBytes graph) => new OnnxBytes()
        .Number(1, 8)
        .Message(7, graph)
        .Message(8, new OnnxBytes().Text(1, "").Number(2, 17))
        .ToArray();

    public static OnnxBytes Graph(OnnxBytes[] nodes, OnnxBytes[] initializers, OnnxBytes[] inputs, OnnxBytes[] outputs)
    {
        var graph = new OnnxBytes();
        foreach (var node in nodes)
        {
            graph.Message(1, node);
        }

        graph.Text(2, "graph");
        foreach (var initializer in initializers)
        {
            graph.Message(5, initializer);
        }

        foreach (var input in inputs)
        {
            graph.Message(11, input);
        }

        foreach (var output in outputs)
        {
            graph.Message(12, output);
        }

        return graph;
    }

    public static OnnxBytes Node(string operation, string[] inputs, string[] outputs, params OnnxBytes[] attributes)
    {
        var node = new OnnxBytes();
        foreach (var input in inputs)
        {
            node.Text(1, input);
        }

        foreach (var output in outputs)
        {
            node.Text(2, output);
        }

        node.Text(4, operation);
        foreach (var attribute in attributes)
        {
            node.Message(5, attribute);
        }

        return node;
    }

    public static OnnxBytes Tensor(string name, long[] shape, float[] values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        var tensor = new OnnxBytes();
        foreach (var dimension in shape)
        {
            tensor.Number(1, dimension);
        }

        return tensor.Number(2, FloatElements).Text(8, name).Bytes(9, bytes);
    }

    /// <summary>A tensor whose bytes are said to be in a file.</summary>
    public static OnnxBytes ExternalTensor(string name) => new OnnxBytes()
        .Number(1, 1)
        .Number(2, FloatElements)
        .Text(8, name)
        .Message(13, new OnnxBytes().Text(1, "location").Text(2, "../../etc/passwd"))
        .Number(14, 1);

    /// <summary>A list of integers as an attribute.</summary>
    public static OnnxBytes Ints(string name, params long[] values)
    {
        var attribute = new OnnxBytes().Text(1, name).Number(20, 7);
        foreach (var value in values)
        {
            attribute.Number(8, value);
        }

        return attribute;
    }

    /// <summary>An input or output; -1 in a shape: any size.</summary>
    public static OnnxBytes Value(string name, int elementType, long[] shape)
    {
        var dimensions = new OnnxBytes();
        for (var i = 0; i < shape.Length; i++)
        {
            dimensions.Message(1, shape[i] < 0 ? new OnnxBytes().Text(2, $"d{i}") : new OnnxBytes().Number(1, shape[i]));
        }

        return new OnnxBytes()
            .Text(1, name)
            .Message(2, new OnnxBytes().Message(1, new OnnxBytes().Number(1, elementType).Message(2, dimensions)));
    }
}
