using MLOps.Models.Catalog;
using MLOps.Models.Neural.Training;

namespace MLOps.Models.Neural.Tcn;

/// <summary>Hyper-parameters of the TCN regime classifier.</summary>
internal sealed record TcnSettings(NeuralSettings Training, int Channels, int HmmStarts)
{
    /// <summary>Calm, normal, turbulent.</summary>
    public const int Regimes = 3;

    /// <summary>Receptive field 1 + 2·(1+2+4+8+16) = 63 of the window's 64 days.</summary>
    public static readonly IReadOnlyList<int> Dilations = [1, 2, 4, 8, 16];

    public static IReadOnlyList<HyperParameter> Declared { get; } =
    [
        .. NeuralSettings.Declared(epochs: 12, batchSize: 64, learningRate: 0.001, weightDecay: 0.01, validationFraction: 0.12, patience: 5),
        HyperParameterOf.WholeNumber("channels", 40, 4, 256, "Width of every convolution."),
        HyperParameterOf.WholeNumber("hmm_starts", 10, 1, 200, "Starting points of the HMM that makes the labels."),
    ];

    public static TcnSettings From(HyperParameterValues values) => new(
        NeuralSettings.From(values),
        values.WholeNumber("channels"),
        values.WholeNumber("hmm_starts"));
}
