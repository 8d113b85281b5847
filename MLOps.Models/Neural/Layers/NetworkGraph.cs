using MLOps.Models.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace MLOps.Models.Neural.Layers;

/// <summary>Writes a network's layers into a graph: the ONNX counterpart of each layer here and of libtorch's. Layers are named by their path in the network, for example <c>_blocks.0._widen</c>.</summary>
internal sealed class NetworkGraph
{
    private readonly Dictionary<string, (float[] Values, long[] Shape)> _weights;
    private readonly HashSet<string> _constants = [];

    public NetworkGraph(OnnxGraphBuilder graph, nn.Module network)
    {
        Graph = graph;
        _weights = network.Weights().ToDictionary(weight => weight.Name, weight => (weight.Values, weight.Shape));
    }

    public OnnxGraphBuilder Graph { get; }

    /// <summary>A parameter as it is.</summary>
    public string Weight(string parameter) => Constant(parameter, _weights[parameter].Values, _weights[parameter].Shape);

    /// <summary>nn.Linear: [..., in] to [..., out].</summary>
    public string Dense(string input, string layer)
    {
        var (values, shape) = _weights[layer + ".weight"];
        var (outputs, inputs) = ((int)shape[0], (int)shape[1]);
        var transposed = new float[values.Length];
        for (var o = 0; o < outputs; o++)
        {
            for (var i = 0; i < inputs; i++)
            {
                transposed[(i * outputs) + o] = values[(o * inputs) + i];
            }
        }

        var product = Graph.Node("MatMul", [input, Constant(layer + ".weight_t", transposed, [inputs, outputs])]);
        return _weights.ContainsKey(layer + ".bias") ? Graph.Node("Add", [product, Weight(layer + ".bias")]) : product;
    }

    /// <summary>nn.LayerNorm over the last dimension.</summary>
    public string LayerNormalization(string input, string layer, float epsilon = 1e-5f) =>
        Graph.Node("LayerNormalization", [input, Weight(layer + ".weight"), Weight(layer + ".bias")], OnnxAttribute.Int("axis", -1), OnnxAttribute.Float("epsilon", epsilon));

    /// <summary><see cref="Layers.CausalConvolution"/> or a Conv1d of a kernel of 1: [B, channels, T] to [B, outputs, T].</summary>
    /// <param name="layer">The layer that holds weight and bias: for a <see cref="Layers.CausalConvolution"/> its <c>_convolution</c>.</param>
    public string CausalConvolution(string input, string layer, int dilation = 1)
    {
        var kernel = _weights[layer + ".weight"].Shape[2];
        return Graph.Node(
            "Conv",
            [input, Weight(layer + ".weight"), Weight(layer + ".bias")],
            OnnxAttribute.Ints("kernel_shape", kernel),
            OnnxAttribute.Ints("dilations", dilation),
            OnnxAttribute.Ints("pads", (kernel - 1) * dilation, 0));
    }

    /// <summary><see cref="Layers.SelfAttention"/>: [B, T, width] to the same, and the attention's weights [B, heads, T, T].</summary>
    public (string Output, string Weights) SelfAttention(string input, string layer, int heads)
    {
        var width = _weights[layer + "._query.weight"].Shape[0];
        var split = Shape("split_heads", [0, 0, heads, width / heads]);
        var query = Heads(Dense(input, layer + "._query"), 0, 2, 1, 3);
        var key = Heads(Dense(input, layer + "._key"), 0, 2, 3, 1);
        var value = Heads(Dense(input, layer + "._value"), 0, 2, 1, 3);
        var scores = Graph.Node("Div", [Graph.Node("MatMul", [query, key]), Constant(FormattableString.Invariant($"root_of_{width / heads}"), [MathF.Sqrt(width / heads)], [])]);
        var weights = Graph.Node("Softmax", [scores], OnnxAttribute.Int("axis", -1));
        var mixed = Graph.Node("Transpose", [Graph.Node("MatMul", [weights, value])], OnnxAttribute.Ints("perm", 0, 2, 1, 3));
        var joined = Graph.Node("Reshape", [mixed, Shape("join_heads", [0, 0, width])]);
        return (Dense(joined, layer + "._output"), weights);

        string Heads(string values, params ReadOnlySpan<long> order) =>
            Graph.Node("Transpose", [Graph.Node("Reshape", [values, split])], OnnxAttribute.Ints("perm", order));
    }

    /// <summary><see cref="Layers.TransformerBlock"/>: [B, T, width] to the same, and its attention's weights.</summary>
    public (string Output, string Weights) TransformerBlock(string input, string layer, int heads)
    {
        var (branch, weights) = SelfAttention(LayerNormalization(input, layer + "._before"), layer + "._attention", heads);
        var attended = Graph.Node("Add", [input, branch]);
        var widened = Graph.Node("Gelu", [Dense(LayerNormalization(attended, layer + "._between"), layer + "._widen")]);
        return (Graph.Node("Add", [attended, Dense(widened, layer + "._narrow")]), weights);
    }

    /// <summary>One layer of nn.LSTM in one direction, with biases, batch first and from a state of zeros: [B, T, in] to the whole hidden sequence [B, T, hidden], the last hidden and the last cell state [B, hidden].</summary>
    public (string Sequence, string Hidden, string Cell) Lstm(string input, string layer, int index = 0)
    {
        var suffix = FormattableString.Invariant($"_l{index}");
        var hidden = _weights[$"{layer}.weight_hh{suffix}"].Shape[1];
        var inputs = _weights[$"{layer}.weight_ih{suffix}"].Shape[1];
        float[] biases = [.. Gates($"{layer}.bias_ih{suffix}"), .. Gates($"{layer}.bias_hh{suffix}")];
        var outputs = Graph.Nodes(
            "LSTM",
            3,
            [
                Graph.Node("Transpose", [input], OnnxAttribute.Ints("perm", 1, 0, 2)),
                Constant($"{layer}.w{suffix}", Gates($"{layer}.weight_ih{suffix}"), [1, 4 * hidden, inputs]),
                Constant($"{layer}.r{suffix}", Gates($"{layer}.weight_hh{suffix}"), [1, 4 * hidden, hidden]),
                Constant($"{layer}.b{suffix}", biases, [1, 8 * hidden]),
            ],
            OnnxAttribute.Int("hidden_size", hidden));
        var direction = Shape("lstm_direction", [0]);
        var sequence = Graph.Node("Squeeze", [outputs[0], Shape("lstm_directions", [1])]);
        return (
            Graph.Node("Transpose", [sequence], OnnxAttribute.Ints("perm", 1, 0, 2)),
            Graph.Node("Squeeze", [outputs[1], direction]),
            Graph.Node("Squeeze", [outputs[2], direction]));
    }

    /// <summary>Rows of libtorch's gates (input, forget, cell, output) in ONNX's order (input, output, forget, cell).</summary>
    private float[] Gates(string parameter)
    {
        var values = _weights[parameter].Values;
        var gate = values.Length / 4;
        return [.. values[..gate], .. values[(3 * gate)..], .. values[gate..(2 * gate)], .. values[(2 * gate)..(3 * gate)]];
    }

    private string Constant(string name, float[] values, long[] shape) =>
        _constants.Add(name) ? Graph.Constant(name, values, shape) : name;

    /// <summary>An int64 constant named by what it says, so that layers of one kind share it.</summary>
    private string Shape(string name, long[] values)
    {
        var full = $"{name}_{string.Join('_', values)}";
        return _constants.Add(full) ? Graph.Constant(full, values) : full;
    }
}
