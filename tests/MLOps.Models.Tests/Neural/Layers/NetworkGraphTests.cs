using MLOps.Models.Native;
using MLOps.Models.Neural;
using MLOps.Models.Neural.Layers;
using MLOps.Models.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace MLOps.Models.Tests.Neural.Layers;

/// <summary>Each layer in ONNX Runtime against libtorch.</summary>
[Collection("libtorch has one random generator a process")]
public sealed class NetworkGraphTests
{
    static NetworkGraphTests() => LibTorch.EnsureLoaded();

    [Fact]
    public void Dense_SequenceAndMatrix_AgreesWithLibtorch()
    {
        using var layer = Create(() => nn.Linear(5, 3));
        Check(layer, layer.forward, [4, 6, 5], (graph, input) => graph.Dense(input, "inner"));
        Check(layer, layer.forward, [4, 5], (graph, input) => graph.Dense(input, "inner"));
    }

    [Fact]
    public void LayerNormalization_ScaledAndShifted_AgreesWithLibtorch()
    {
        using var layer = Create(() =>
        {
            var norm = nn.LayerNorm(6);
            using var quiet = no_grad();
            norm.weight!.uniform_(0.5, 2);
            norm.bias!.uniform_(-1, 1);
            return norm;
        });
        Check(layer, layer.forward, [2, 5, 6], (graph, input) => graph.LayerNormalization(input, "inner"));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(3, 4)]
    public void CausalConvolution_KernelAndDilation_AgreesWithLibtorch(int kernel, int dilation)
    {
        using var layer = Create(() => new CausalConvolution(5, 7, kernel, dilation));
        Check(layer, layer.forward, [3, 5, 20], (graph, input) => graph.CausalConvolution(input, "inner._convolution", dilation));
    }

    [Fact]
    public void CausalConvolution_FutureChanges_NeverMovesAnEarlierOutput()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var layer = Create(() => new CausalConvolution(2, 3, 3, 2));
        var input = randn(1, 2, 20);
        var changed = input.clone();
        var later = changed.slice(2, 9, 20, 1);
        later.copy_(later.Plus(5));
        var difference = (layer.forward(input) - layer.forward(changed)).abs();
        Assert.Equal(0, difference.slice(2, 0, 9, 1).max().item<float>());
        Assert.NotEqual(0, difference.select(2, 9).max().item<float>());
    }

    [Fact]
    public void SelfAttention_FourHeads_AgreesWithLibtorch()
    {
        using var layer = Create(() => new SelfAttention(12, 4));
        Check(layer, layer.forward, [2, 7, 12], (graph, input) => graph.SelfAttention(input, "inner", 4).Output);
        Check(layer, layer.Weights, [2, 7, 12], (graph, input) => graph.SelfAttention(input, "inner", 4).Weights);
    }

    [Fact]
    public void SelfAttention_Weights_RowsSumToOne()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var layer = Create(() => new SelfAttention(12, 4));
        var sums = layer.Weights(randn(2, 7, 12)).sum(-1);
        Assert.Equal([2, 4, 7], sums.shape);
        Assert.Equal(0, sums.Plus(-1).abs().max().item<float>(), 1e-6f);
    }

    [Fact]
    public void TransformerBlock_WholeBlock_AgreesWithLibtorch()
    {
        using var layer = Create(() => new TransformerBlock(8, 2, 16));
        Check(layer, layer.forward, [3, 5, 8], (graph, input) => graph.TransformerBlock(input, "inner", 2).Output);
        Check(layer, layer.AttentionWeights, [3, 5, 8], (graph, input) => graph.TransformerBlock(input, "inner", 2).Weights);
    }

    [Fact]
    public void Lstm_SequenceAndLastStates_AgreeWithLibtorch()
    {
        using var layer = Create(() => nn.LSTM(3, 5, batchFirst: true));
        Check(layer, input => layer.forward(input).Item1, [4, 9, 3], (graph, input) => graph.Lstm(input, "inner").Sequence);
        Check(layer, input => layer.forward(input).Item2.squeeze(0), [4, 9, 3], (graph, input) => graph.Lstm(input, "inner").Hidden);
        Check(layer, input => layer.forward(input).Item3.squeeze(0), [4, 9, 3], (graph, input) => graph.Lstm(input, "inner").Cell);
    }

    private static T Create<T>(Func<T> create) => SeededWeights.Create(3, create);

    private static void Check(nn.Module layer, Func<Tensor, Tensor> forward, long[] shape, Func<NetworkGraph, string, string> write)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var input = randn(shape).Times(2);
        var expected = forward(input);

        // Not disposed of: that would end the layer, which is the test's own.
        var network = new Wrapper(layer);
        var builder = new OnnxGraphBuilder("g");
        var x = builder.Input("x", OnnxElementType.Float32, ["B", .. shape[1..].Select(length => (OnnxDimension)length)]);
        builder.Output("y", write(new NetworkGraph(builder, network), x), OnnxElementType.Float32, ["B", .. expected.shape[1..].Select(length => (OnnxDimension)length)]);
        using var runner = new OnnxRunner(OnnxModelFile.Write(builder.Build(), "A layer.", new Dictionary<string, string>()));

        var actual = runner.Run<float>([("x", input.contiguous().data<float>().ToArray(), shape)], ["y"])[0];

        OnnxParity.Check("y", [.. Tensors.Rows(expected).SelectMany(row => row)], Array.ConvertAll(actual, value => (double)value), 2e-6);
    }

    /// <summary>Gives a layer the name that a field of a network gives it.</summary>
    private sealed class Wrapper : nn.Module
    {
        public Wrapper(nn.Module inner)
            : base("wrapper") => register_module("inner", inner);
    }
}
