using MLOps.Models.Catalog;
using MLOps.Models.Neural.Training;

namespace MLOps.Models.Neural.MarketTransformer;

/// <summary>Hyper-parameters of the transformer embedding.</summary>
internal sealed record MarketTransformerSettings(int HeadWidth, int Blocks, double Dropout, double MaskedShare)
{
    public const int Width = 32;
    public const int Heads = 4;

    public static IReadOnlyList<HyperParameter> Declared { get; } =
    [
        .. NeuralSettings.Declared(epochs: 8, batchSize: 64, learningRate: 0.0005, weightDecay: 0.01, validationFraction: 0.1, patience: 3),
        HyperParameterOf.WholeNumber("head_width", 8, 2, 64, "Numbers of each day that one of the four attention heads works with."),
        HyperParameterOf.WholeNumber("blocks", 2, 1, 8, "Encoder blocks, one after the other."),
        HyperParameterOf.RealNumber("dropout", 0.1, 0, 0.9, "Share of each branch's outputs that is dropped in training."),
        HyperParameterOf.RealNumber("masked_share", 0.1, 0, 0.9, "Share of the window that is hidden in training, half as whole days, half as single values."),
    ];

    public int TokenWidth => Heads * HeadWidth;

    public static MarketTransformerSettings From(HyperParameterValues values) => new(
        values.WholeNumber("head_width"),
        values.WholeNumber("blocks"),
        values.RealNumber("dropout"),
        values.RealNumber("masked_share"));
}
