using MLOps.Models.Catalog;
using MLOps.Models.Neural.Training;

namespace MLOps.Models.Neural.MarketTcn;

/// <summary>Hyper-parameters of the market embedding by dilated convolutions.</summary>
internal sealed record MarketTcnSettings(int Channels, double Dropout, double MaskedShare, double Jitter, double Smoothness)
{
    public const int Width = 16;

    /// <summary>Receptive field 1 + 2·(1+2+4+8+16) = 63 of the window's 64 days, before the head that sees all of them.</summary>
    public static readonly IReadOnlyList<int> Dilations = [1, 2, 4, 8, 16];

    public static IReadOnlyList<HyperParameter> Declared { get; } =
    [
        .. NeuralSettings.Declared(epochs: 8, batchSize: 64, learningRate: 0.0005, weightDecay: 0.01, validationFraction: 0.1, patience: 3),
        HyperParameterOf.WholeNumber("channels", 16, 4, 256, "Width of every convolution."),
        HyperParameterOf.RealNumber("dropout", 0.1, 0, 0.9, "Share of each convolution's outputs that is dropped in training."),
        HyperParameterOf.RealNumber("masked_share", 0.1, 0, 0.9, "Share of the window that is hidden in training, half as whole days, half as single values."),
        HyperParameterOf.RealNumber("jitter", 1, 0, 2, "Deviation of the logarithm of the factor by which each feature of a window is stretched in training."),
        HyperParameterOf.RealNumber("smoothness", 0.01, 0, 100, "Weight of the penalty on how far the embedding moves from one day to the next."),
    ];

    public static MarketTcnSettings From(HyperParameterValues values) => new(
        values.WholeNumber("channels"),
        values.RealNumber("dropout"),
        values.RealNumber("masked_share"),
        values.RealNumber("jitter"),
        values.RealNumber("smoothness"));
}
