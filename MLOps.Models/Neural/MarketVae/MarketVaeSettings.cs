using MLOps.Models.Catalog;
using MLOps.Models.Neural.Training;

namespace MLOps.Models.Neural.MarketVae;

/// <summary>Hyper-parameters of the variational embedding.</summary>
internal sealed record MarketVaeSettings(int Hidden, double WarmUpEpochs, double KlWeight)
{
    public const int Width = 16;

    public static IReadOnlyList<HyperParameter> Declared { get; } =
    [
        .. NeuralSettings.Declared(epochs: 20, batchSize: 64, learningRate: 0.0005, weightDecay: 0.01, validationFraction: 0.1, patience: 5),
        HyperParameterOf.WholeNumber("hidden", 128, 8, 1024, "Width of the hidden layers."),
        HyperParameterOf.RealNumber("kl_warm_up", 5, 0, 1000, "Epochs over which the weight of the divergence rises from 0."),
        HyperParameterOf.RealNumber("kl_weight", 1, 0, 100, "Weight of the divergence after that; 1 makes the loss the negative evidence lower bound."),
    ];

    public static MarketVaeSettings From(HyperParameterValues values) => new(
        values.WholeNumber("hidden"),
        values.RealNumber("kl_warm_up"),
        values.RealNumber("kl_weight"));
}
