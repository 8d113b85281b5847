using MLOps.Testing.Onnx;

namespace MLOps.Bench.Engine;

/// <summary>Models of the sizes that trading uses, with random weights.</summary>
internal static class BenchModels
{
    private const int TcnSteps = 127;
    private const int TcnChannels = 64;
    private const int Kernel = 3;

    /// <summary>[-1, inputs] → [-1, outputs] over one hidden layer.</summary>
    public static byte[] Mlp(int inputs, int hidden, int outputs)
    {
        var random = new Random(7);
        return TinyModels.Model(TinyModels.Graph(
            [
                TinyModels.Node("Gemm", ["x", "w1", "b1"], ["h"]),
                TinyModels.Node("Relu", ["h"], ["r"]),
                TinyModels.Node("Gemm", ["r", "w2", "b2"], ["y"]),
            ],
            [
                Weights(random, "w1", inputs, hidden),
                Weights(random, "b1", hidden),
                Weights(random, "w2", hidden, outputs),
                Weights(random, "b2", outputs),
            ],
            [TinyModels.Value("x", TinyModels.FloatElements, [-1, inputs])],
            [TinyModels.Value("y", TinyModels.FloatElements, [-1, outputs])]));
    }

    /// <summary>[-1, 127, 64] → [-1, 4]: four dilated causal convolutions of 32 channels, the mean over time, a dense layer.</summary>
    public static byte[] Tcn()
    {
        const int Width = 32;
        var random = new Random(7);
        List<OnnxBytes> nodes = [TinyModels.Node("Transpose", ["x"], ["c0"], TinyModels.Ints("perm", 0, 2, 1))];
        List<OnnxBytes> weights = [];
        for (var layer = 0; layer < 4; layer++)
        {
            var dilation = 1 << layer;
            weights.Add(Weights(random, $"w{layer}", Width, layer == 0 ? TcnChannels : Width, Kernel));
            weights.Add(Weights(random, $"b{layer}", Width));
            nodes.Add(TinyModels.Node(
                "Conv",
                [$"c{layer}", $"w{layer}", $"b{layer}"],
                [$"a{layer}"],
                TinyModels.Ints("kernel_shape", Kernel),
                TinyModels.Ints("dilations", dilation),
                TinyModels.Ints("pads", (Kernel - 1) * dilation, 0)));
            nodes.Add(TinyModels.Node("Relu", [$"a{layer}"], [$"c{layer + 1}"]));
        }

        nodes.Add(TinyModels.Node("GlobalAveragePool", ["c4"], ["p"]));
        nodes.Add(TinyModels.Node("Flatten", ["p"], ["f"]));
        nodes.Add(TinyModels.Node("Gemm", ["f", "wd", "bd"], ["y"]));
        weights.Add(Weights(random, "wd", Width, 4));
        weights.Add(Weights(random, "bd", 4));
        return TinyModels.Model(TinyModels.Graph(
            [.. nodes],
            [.. weights],
            [TinyModels.Value("x", TinyModels.FloatElements, [-1, TcnSteps, TcnChannels])],
            [TinyModels.Value("y", TinyModels.FloatElements, [-1, 4])]));
    }

    private static OnnxBytes Weights(Random random, string name, params long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (product, length) => product * length)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)((random.NextDouble() - 0.5) * 0.2);
        }

        return TinyModels.Tensor(name, shape, values);
    }
}
