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

namespace MLOps.Models.Neural.MarketTransformer;

/// <summary>An encoder of pre-norm transformer blocks over the window's days, each a token with a learnt position, and a dense layer over all tokens and the features themselves. A linear decoder.</summary>
internal sealed class MarketTransformerNetwork : EmbeddingNetwork
{
    private readonly MarketTransformerSettings _settings;
    private readonly Linear _entry;
    private readonly Parameter _positions;
    private readonly ModuleList<TransformerBlock> _blocks;
    private readonly LayerNorm _last;
    private readonly WindowHead _head;
    private readonly Linear _decoder;

    public MarketTransformerNetwork(FeatureScaler scaler, MarketTransformerSettings settings)
        : base("market_transformer", scaler, isByDay: true, MarketTransformerSettings.Width)
    {
        _settings = settings;
        _entry = Linear(Features, settings.TokenWidth);
        _positions = Parameter(randn(1, Days, settings.TokenWidth).Times(0.1));
        _blocks = new ModuleList<TransformerBlock>(
            [.. Enumerable.Range(0, settings.Blocks).Select(_ => new TransformerBlock(settings.TokenWidth, MarketTransformerSettings.Heads, 2 * settings.TokenWidth))]);
        _last = LayerNorm(settings.TokenWidth);
        _head = new WindowHead(Days * settings.TokenWidth, Days * Features, Width);
        _decoder = Linear(Width, Days * Features);
        RegisterComponents();
    }

    public override Tensor Encode(Tensor scaled)
    {
        using var scope = NewDisposeScope();
        return _head.forward(Tokens(scaled, null), scaled).MoveToOuterDisposeScope();
    }

    public override Tensor Decode(Tensor embedding)
    {
        using var scope = NewDisposeScope();
        return _decoder.forward(embedding).reshape(-1, Days, Features).MoveToOuterDisposeScope();
    }

    public override void Initialise(PrincipalComponents components) => _head.Initialise(components, _decoder, isWhite: false);

    /// <summary>Reconstruction of the whole window from one that is masked in part.</summary>
    public override BatchLoss Loss(Tensor scaled, Tensor dayBefore, TrainingMoment moment)
    {
        var masked = WindowMask.Apply(scaled, dayDimension: 1, _settings.MaskedShare, moment.Noise);
        return new BatchLoss(WindowLoss.Of(Decode(_head.forward(Tokens(masked, moment.Noise), masked)), scaled));
    }

    public override IReadOnlyList<EmbeddingOutput> WriteEncoder(NetworkGraph layers, string scaled)
    {
        var (tokens, _) = WriteTokens(layers, scaled);
        return [new EmbeddingOutput("embedding", WindowHead.Write(layers, "_head", tokens, scaled), Width)];
    }

    /// <summary>Who looks at whom: the last block's attention, [B, heads, 64, 64].</summary>
    public EmbeddingOutput WriteAttention(NetworkGraph layers, string scaled) =>
        new("attention", WriteTokens(layers, scaled).Attention, MarketTransformerSettings.Heads, Days, Days);

    public override string WriteDecoder(NetworkGraph layers, string embedding) =>
        layers.Graph.Node("Reshape", [layers.Dense(embedding, "_decoder"), layers.Graph.Constant("window", -1, Days, Features)]);

    /// <param name="noise">Where dropout draws from; null: there is none.</param>
    private Tensor Tokens(Tensor scaled, TrainingNoise? noise)
    {
        var tokens = _entry.forward(scaled).Plus(_positions);
        foreach (var block in _blocks)
        {
            tokens = block.forward(tokens, noise, _settings.Dropout);
        }

        return _last.forward(tokens);
    }

    private (string Tokens, string Attention) WriteTokens(NetworkGraph layers, string scaled)
    {
        var tokens = layers.Graph.Node("Add", [layers.Dense(scaled, "_entry"), layers.Weight("_positions")]);
        var attention = "";
        for (var i = 0; i < _settings.Blocks; i++)
        {
            (tokens, attention) = layers.TransformerBlock(tokens, string.Create(CultureInfo.InvariantCulture, $"_blocks.{i}"), MarketTransformerSettings.Heads);
        }

        return (layers.LayerNormalization(tokens, "_last"), attention);
    }
}
