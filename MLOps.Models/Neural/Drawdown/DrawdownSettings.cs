using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Neural.Training;

namespace MLOps.Models.Neural.Drawdown;

/// <summary>Hyper-parameters of the drawdown predictor.</summary>
/// <param name="Horizon">Days ahead.</param>
/// <param name="Thresholds">Three, increasing, as fractions.</param>
internal sealed record DrawdownSettings(NeuralSettings Training, int Hidden, int Horizon, IReadOnlyList<double> Thresholds)
{
    public const int ThresholdCount = 3;

    public static IReadOnlyList<HyperParameter> Declared { get; } =
    [
        .. NeuralSettings.Declared(epochs: 20, batchSize: 64, learningRate: 0.001, weightDecay: 0.01, validationFraction: 0.2, patience: 5),
        HyperParameterOf.WholeNumber("hidden", 24, 2, 512, "Width of the LSTM."),
        HyperParameterOf.WholeNumber("horizon", 21, 1, 252, "Days ahead over which the drawdown is to be foreseen."),
        HyperParameterOf.RealNumber("threshold_1", 0.03, 0.0001, 0.9999, "Smallest of the three drawdowns whose probability is forecast, as a fraction."),
        HyperParameterOf.RealNumber("threshold_2", 0.05, 0.0001, 0.9999, "Middle one; larger than threshold_1."),
        HyperParameterOf.RealNumber("threshold_3", 0.1, 0.0001, 0.9999, "Largest; larger than threshold_2."),
    ];

    /// <exception cref="ModelTrainingException">The thresholds do not increase.</exception>
    public static DrawdownSettings From(HyperParameterValues values)
    {
        double[] thresholds = [.. Enumerable.Range(1, ThresholdCount).Select(i => values.RealNumber(string.Create(CultureInfo.InvariantCulture, $"threshold_{i}")))];
        return thresholds[0] < thresholds[1] && thresholds[1] < thresholds[2]
            ? new DrawdownSettings(NeuralSettings.From(values), values.WholeNumber("hidden"), values.WholeNumber("horizon"), thresholds)
            : throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"threshold_1, threshold_2 and threshold_3 are {thresholds[0]}, {thresholds[1]} and {thresholds[2]}, but must increase."));
    }
}
