using MLOps.Models.Catalog;
using MLOps.Models.Neural.Training;

namespace MLOps.Models.Neural.Anomaly;

/// <summary>Hyper-parameters of the anomaly detector.</summary>
/// <param name="Quantile">Of the fit windows' scores: the threshold.</param>
/// <param name="ShockSize">Of the shocks that it is tested with, in standard deviations of the days before.</param>
internal sealed record AnomalySettings(NeuralSettings Training, int Hidden, int Latent, double Quantile, double ShockSize)
{
    public static IReadOnlyList<HyperParameter> Declared { get; } =
    [
        .. NeuralSettings.Declared(epochs: 30, batchSize: 64, learningRate: 0.001, weightDecay: 0.01, validationFraction: 0.2, patience: 5),
        HyperParameterOf.WholeNumber("hidden", 64, 4, 1024, "Width of the layers before and after the bottleneck."),
        HyperParameterOf.WholeNumber("latent", 16, 1, 256, "Width of the bottleneck; the principal components that it is compared with are as many."),
        HyperParameterOf.RealNumber("quantile", 0.99, 0.5, 0.9999, "Share of the fit windows that score below the threshold: 0.99 lets 1 % of them raise a false alarm."),
        HyperParameterOf.RealNumber("shock_size", 5, 0.5, 100, "Size of the shocks injected to measure recall, in standard deviations of the 21 days before."),
    ];

    public static AnomalySettings From(HyperParameterValues values) => new(
        NeuralSettings.From(values),
        values.WholeNumber("hidden"),
        values.WholeNumber("latent"),
        values.RealNumber("quantile"),
        values.RealNumber("shock_size"));
}
