using MLOps.Models.Catalog;
using MLOps.Models.Features;
using MLOps.Models.Neural.Embedding;

namespace MLOps.Models.Neural.MarketTcn;

/// <summary>Market embedding by dilated causal convolutions: 64 days of eight features to 16 numbers.</summary>
internal sealed class MarketTcnDefinition : EmbeddingDefinition
{
    public override string Id => "market-embedding-tcn";

    public override string Name => "MarketEmbeddingTCN";

    public override string Description => "Sixteen numbers for the last 64 days of a market, by dilated causal convolutions that learn to give masked days back and to move smoothly from day to day.";

    public override IReadOnlyList<HyperParameter> HyperParameters => MarketTcnSettings.Declared;

    public override ModelSignature Signature { get; } = new(
        [new TensorSpec(EmbeddingNetwork.Input, "float32", [-1, MarketFeatures.Names.Count, MarketFeatures.WindowLength])],
        [new TensorSpec("embedding", "float32", [-1, MarketTcnSettings.Width])]);

    protected override bool IsByDay => false;

    protected override EmbeddingNetwork Create(FeatureScaler scaler, HyperParameterValues parameters) =>
        new MarketTcnNetwork(scaler, MarketTcnSettings.From(parameters));
}
