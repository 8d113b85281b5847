using MLOps.Models.Catalog;
using MLOps.Models.Features;
using MLOps.Models.Neural.Embedding;
using MLOps.Models.Onnx;

namespace MLOps.Models.Neural.MarketTransformer;

/// <summary>Market embedding by attention: 64 days of eight features to 32 numbers.</summary>
internal sealed class MarketTransformerDefinition : EmbeddingDefinition
{
    public override string Id => "transformer-embedding";

    public override string Name => "Transformer Embedding";

    public override string Description => "Thirty-two numbers for the last 64 days of a market, by attention of days to days that learns to give masked days back.";

    public override IReadOnlyList<HyperParameter> HyperParameters => MarketTransformerSettings.Declared;

    public override ModelSignature Signature { get; } = new(
        [new TensorSpec(EmbeddingNetwork.Input, "float32", [-1, MarketFeatures.WindowLength, MarketFeatures.Names.Count])],
        [new TensorSpec("embedding", "float32", [-1, MarketTransformerSettings.Width])]);

    protected override bool IsByDay => true;

    protected override EmbeddingNetwork Create(FeatureScaler scaler, HyperParameterValues parameters) =>
        new MarketTransformerNetwork(scaler, MarketTransformerSettings.From(parameters));

    /// <summary>The attention stands in a graph of its own: 64 KiB a window that callers of the embedding need not pay for.</summary>
    protected override IEnumerable<ModelFile> Files(EmbeddingNetwork network, IReadOnlyDictionary<string, string> tags)
    {
        var transformer = (MarketTransformerNetwork)network;
        yield return new ModelFile(
            "attention.onnx",
            OnnxModelFile.Write(EmbeddingGraphs.FromInput(network, (layers, scaled) => [transformer.WriteAttention(layers, scaled)]), "Attention of the last block.", tags));
    }
}
