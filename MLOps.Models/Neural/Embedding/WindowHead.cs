using MLOps.Models.Neural.Layers;
using MLOps.Models.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLOps.Models.Neural.Embedding;

/// <summary>Dense layers over what a network found in a window and over the window itself, added up: it can begin as principal components of the window, and learns the rest on top.</summary>
internal sealed class WindowHead : Module<Tensor, Tensor, Tensor>
{
    private readonly Linear _found;
    private readonly Linear _window;

    /// <param name="found">Numbers that the network found, flat.</param>
    /// <param name="window">Numbers of the window, flat.</param>
    public WindowHead(int found, int window, int width)
        : base("head")
    {
        _found = Linear(found, width, hasBias: false);
        _window = Linear(window, width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor found, Tensor scaled)
    {
        using var scope = NewDisposeScope();
        return _found.forward(found.flatten(1)).Plus(_window.forward(scaled.flatten(1))).MoveToOuterDisposeScope();
    }

    /// <summary>Makes this and a linear decoder the components' way there and back.</summary>
    public void Initialise(PrincipalComponents components, Linear decoder, bool isWhite)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var linear = LinearEmbedding.Of(components, isWhite);
        _found.weight!.zero_();
        _window.weight!.copy_(linear.Weight);
        _window.bias!.copy_(linear.Bias);
        decoder.weight!.copy_(linear.DecoderWeight);
        decoder.bias!.copy_(linear.DecoderBias);
    }

    /// <summary>The head as nodes.</summary>
    public static string Write(NetworkGraph layers, string layer, string found, string scaled)
    {
        var graph = layers.Graph;
        return graph.Node("Add", [layers.Dense(Flat(found), layer + "._found"), layers.Dense(Flat(scaled), layer + "._window")]);

        string Flat(string values) => graph.Node("Flatten", [values], OnnxAttribute.Int("axis", 1));
    }
}
