using MLOps.Models.Catalog;
using MLOps.Models.Classical.HarRv;
using MLOps.Models.Neural.Training;

namespace MLOps.Models.Neural.Volatility;

/// <summary>Hyper-parameters of the volatility predictor.</summary>
internal sealed record VolatilitySettings(NeuralSettings Training, int Hidden)
{
    public static IReadOnlyList<HyperParameter> Declared { get; } =
    [
        .. DailyVariances.Declared,
        .. NeuralSettings.Declared(epochs: 60, batchSize: 64, learningRate: 0.001, weightDecay: 0.01, validationFraction: 0.2, patience: 10),
        HyperParameterOf.WholeNumber("hidden", 16, 1, 512, "Width of the LSTM."),
    ];

    public static VolatilitySettings From(HyperParameterValues values) => new(NeuralSettings.From(values), values.WholeNumber("hidden"));
}
