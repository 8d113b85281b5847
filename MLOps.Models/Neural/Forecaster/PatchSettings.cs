using MLOps.Models.Catalog;
using MLOps.Models.Neural.Training;

namespace MLOps.Models.Neural.Forecaster;

/// <summary>Hyper-parameters of the patch transformer.</summary>
/// <param name="Quantile">That is forecast; null: the mean.</param>
internal sealed record PatchSettings(int HeadWidth, int Blocks, double Dropout, double? Quantile)
{
    public const int History = 96;
    public const int Horizon = 24;
    public const int PatchLength = 16;
    public const int Stride = 8;
    public const int Heads = 4;

    public static int Patches => ((History - PatchLength) / Stride) + 1;

    public static IReadOnlyList<HyperParameter> Declared { get; } =
    [
        .. NeuralSettings.Declared(epochs: 12, batchSize: 64, learningRate: 0.0005, weightDecay: 0.01, validationFraction: 0.15, patience: 4),
        HyperParameterOf.WholeNumber("head_width", 8, 2, 64, "Numbers of each patch that one of the four attention heads works with."),
        HyperParameterOf.WholeNumber("blocks", 2, 1, 8, "Encoder blocks, one after the other."),
        HyperParameterOf.RealNumber("dropout", 0.1, 0, 0.9, "Share of each branch's outputs that is dropped in training."),
        HyperParameterOf.Choice("loss", ["mse", "quantile"], "What is forecast: the mean (squared error), or a quantile (pinball loss)."),
        HyperParameterOf.RealNumber("quantile", 0.5, 0.01, 0.99, "Which quantile, where the loss is that of one."),
    ];

    public int TokenWidth => Heads * HeadWidth;

    public static PatchSettings From(HyperParameterValues values) => new(
        values.WholeNumber("head_width"),
        values.WholeNumber("blocks"),
        values.RealNumber("dropout"),
        values.Text("loss") == "quantile" ? values.RealNumber("quantile") : null);
}
