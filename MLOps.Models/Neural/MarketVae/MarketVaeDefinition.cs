using MLOps.Models.Catalog;
using MLOps.Models.Features;
using MLOps.Models.Neural.Embedding;
using static TorchSharp.torch;

namespace MLOps.Models.Neural.MarketVae;

/// <summary>Variational market embedding: 64 days of eight features to a normal distribution over 16 numbers.</summary>
internal sealed class MarketVaeDefinition : EmbeddingDefinition
{
    /// <summary>A unit whose mean varies more than this from window to window says something (Burda, Grosse and Salakhutdinov 2016).</summary>
    private const double LeastVariance = 0.01;

    public override string Id => "vae-embedding";

    public override string Name => "VAE Market Embedding";

    public override string Description => "A normal distribution over sixteen numbers for the last 64 days of a market, by a variational autoencoder.";

    public override IReadOnlyList<HyperParameter> HyperParameters => MarketVaeSettings.Declared;

    public override ModelSignature Signature { get; } = new(
        [new TensorSpec(EmbeddingNetwork.Input, "float32", [-1, MarketFeatures.Names.Count, MarketFeatures.WindowLength])],
        [new TensorSpec("mu", "float32", [-1, MarketVaeSettings.Width]), new TensorSpec("log_variance", "float32", [-1, MarketVaeSettings.Width])]);

    protected override bool IsByDay => false;

    protected override EmbeddingNetwork Create(FeatureScaler scaler, HyperParameterValues parameters) =>
        new MarketVaeNetwork(scaler, MarketVaeSettings.From(parameters));

    protected override IEnumerable<KeyValuePair<string, double>> Figures(EmbeddingNetwork network, IReadOnlyList<float[]> validation)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (mean, logVariance) = ((MarketVaeNetwork)network).Posterior(network.Scaled(Tensors.Stack(validation, network.WindowShape)));
        return
        [
            KeyValuePair.Create("active_units", (double)mean.var(0, unbiased: false).AtLeast(LeastVariance).sum().item<long>()),
            KeyValuePair.Create("val_kl", (double)NormalDivergence.Of(mean, logVariance).mean().item<float>()),
        ];
    }
}
