using System.Globalization;
using MLOps.Models.Features;
using MLOps.Models.Neural.Embedding;
using MLOps.Models.Neural.Layers;
using MLOps.Models.Neural.Training;
using MLOps.Models.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLOps.Models.Neural.MarketTcn;

/// <summary>Dilated causal convolutions over the window (Bai, Kolter and Koltun 2018), then one causal convolution as long as the window over what they found and over the features themselves.
/// A linear decoder: what the embedding knows must lie open in it.</summary>
internal sealed class MarketTcnNetwork : EmbeddingNetwork
{
    private const int KernelSize = 3;
    private const int SmoothnessPart = 4;
    private readonly MarketTcnSettings _settings;
    private readonly Conv1d _entry;
    private readonly ModuleList<CausalConvolution> _convolutions;
    private readonly Conv1d _head;
    private readonly Linear _decoder;

    public MarketTcnNetwork(FeatureScaler scaler, MarketTcnSettings settings)
        : base("market_tcn", scaler, isByDay: false, MarketTcnSettings.Width)
    {
        _settings = settings;
        _entry = Conv1d(Features, settings.Channels, 1);
        _convolutions = new ModuleList<CausalConvolution>(
            [.. MarketTcnSettings.Dilations.Select(dilation => new CausalConvolution(settings.Channels, settings.Channels, KernelSize, dilation))]);
        _head = Conv1d(settings.Channels + Features, Width, Days);
        _decoder = Linear(Width, Features * Days);
        RegisterComponents();
    }

    public override Tensor Encode(Tensor scaled)
    {
        using var scope = NewDisposeScope();
        return Sequence(scaled).select(2, -1).MoveToOuterDisposeScope();
    }

    /// <summary>Embeddings [B, 16, T − 63] of every day with 63 before it in [B, 8, T]: each depends on its own day and those before alone.</summary>
    public Tensor Sequence(Tensor scaled)
    {
        using var scope = NewDisposeScope();
        return _head.forward(cat([Hidden(scaled, null), scaled], 1)).MoveToOuterDisposeScope();
    }

    public override Tensor Decode(Tensor embedding)
    {
        using var scope = NewDisposeScope();
        return _decoder.forward(embedding).reshape(-1, Features, Days).MoveToOuterDisposeScope();
    }

    /// <summary>Begins as principal components: the head reads them off the window and nothing yet off the convolutions, whose part is then learnt on top.</summary>
    public override void Initialise(PrincipalComponents components)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var linear = LinearEmbedding.Of(components, isWhite: false);
        _head.weight!.zero_();
        _head.weight!.slice(1, _settings.Channels, _settings.Channels + Features, 1).copy_(linear.Weight.reshape(Width, Features, Days));
        _head.bias!.copy_(linear.Bias);
        _decoder.weight!.copy_(linear.DecoderWeight);
        _decoder.bias!.copy_(linear.DecoderBias);
    }

    /// <summary>Reconstruction of the whole window from one that is masked in part, and how far the embedding moves in a day against how far it spreads.</summary>
    public override BatchLoss Loss(Tensor scaled, Tensor dayBefore, TrainingMoment moment)
    {
        using (no_grad())
        {
            var factors = WindowJitter.Factors(scaled, featureDimension: 1, _settings.Jitter, moment.Noise);
            (scaled, dayBefore) = ((scaled * factors).Within(-Clip, Clip), (dayBefore * factors).Within(-Clip, Clip));
        }

        var embedding = Noisy(scaled, moment.Noise);
        var reconstruction = WindowLoss.Of(Decode(embedding), scaled);

        // A part of the batch says enough of the smoothness, and costs that much less.
        var some = Math.Max(1, scaled.shape[0] / SmoothnessPart);
        var moved = embedding.slice(0, 0, some, 1) - Noisy(dayBefore.slice(0, 0, some, 1), moment.Noise);
        var smoothness = moved.Squared().mean() / embedding.var(0, unbiased: false).mean().Plus(1e-6);
        return new BatchLoss(reconstruction.Plus(smoothness.Times(_settings.Smoothness)), ("train_reconstruction", reconstruction), ("train_smoothness", smoothness));
    }

    public override IReadOnlyList<EmbeddingOutput> WriteEncoder(NetworkGraph layers, string scaled)
    {
        var graph = layers.Graph;
        var hidden = layers.CausalConvolution(scaled, "_entry");
        for (var i = 0; i < MarketTcnSettings.Dilations.Count; i++)
        {
            var convolved = layers.CausalConvolution(hidden, string.Create(CultureInfo.InvariantCulture, $"_convolutions.{i}._convolution"), MarketTcnSettings.Dilations[i]);
            hidden = graph.Node("Add", [hidden, graph.Node("Relu", [convolved])]);
        }

        var joined = graph.Node("Concat", [hidden, scaled], OnnxAttribute.Int("axis", 1));
        var embedding = graph.Node("Conv", [joined, layers.Weight("_head.weight"), layers.Weight("_head.bias")], OnnxAttribute.Ints("kernel_shape", Days));
        return [new EmbeddingOutput("embedding", graph.Node("Flatten", [embedding], OnnxAttribute.Int("axis", 1)), Width)];
    }

    public override string WriteDecoder(NetworkGraph layers, string embedding) =>
        layers.Graph.Node("Reshape", [layers.Dense(embedding, "_decoder"), layers.Graph.Constant("window", -1, Features, Days)]);

    private Tensor Noisy(Tensor scaled, TrainingNoise noise)
    {
        var masked = WindowMask.Apply(scaled, dayDimension: 2, _settings.MaskedShare, noise);
        return _head.forward(cat([Hidden(masked, noise), masked], 1)).select(2, -1);
    }

    /// <param name="noise">Where dropout draws from; null: there is none.</param>
    private Tensor Hidden(Tensor scaled, TrainingNoise? noise)
    {
        var hidden = _entry.forward(scaled);
        foreach (var convolution in _convolutions)
        {
            var found = functional.relu(convolution.forward(hidden));
            hidden = hidden.Plus(noise is null ? found : noise.Dropout(found, _settings.Dropout));
        }

        return hidden;
    }
}
