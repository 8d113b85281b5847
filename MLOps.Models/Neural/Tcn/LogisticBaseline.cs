using MLOps.Models.Features;
using MLOps.Models.Native;
using MLOps.Models.Neural.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MLOps.Models.Neural.Tcn;

/// <summary>The linear baseline: multinomial logistic regression on the newest day's features alone.</summary>
internal static class LogisticBaseline
{
    private const int Steps = 400;
    private const double LearningRate = 0.05;

    public static TcnScore Score(LabelledWindows fit, LabelledWindows validation, FeatureScaler scaler, int classes, int seed) =>
        TcnScore.Of(Probabilities(fit, validation, scaler, classes, seed), validation.Labels);

    /// <summary>Class probabilities of the validation windows, [windows][classes].</summary>
    public static double[][] Probabilities(LabelledWindows fit, LabelledWindows validation, FeatureScaler scaler, int classes, int seed)
    {
        LibTorch.EnsureLoaded();
        using var scope = NewDisposeScope();
        var inputs = NewestDay(fit, scaler);
        var targets = fit.TargetTensor();
        using var model = SeededWeights.Create(seed, () => nn.Linear(scaler.Means.Length, classes));
        using var optimizer = new DecoupledAdam(model, weightDecay: 0);
        for (var step = 0; step < Steps; step++)
        {
            using var inner = NewDisposeScope();
            SoftCrossEntropy.Of(model.forward(inputs), targets).backward();
            optimizer.Step(LearningRate);
        }

        using var quiet = no_grad();
        return Tensors.Rows(nn.functional.softmax(model.forward(NewestDay(validation, scaler)), 1));
    }

    private static Tensor NewestDay(LabelledWindows windows, FeatureScaler scaler)
    {
        var features = scaler.Means.Length;
        var values = new float[windows.Windows.Count * features];
        for (var i = 0; i < windows.Windows.Count; i++)
        {
            for (var f = 0; f < features; f++)
            {
                var newest = windows.Windows[i][(f * DailyFeatures.WindowLength) + DailyFeatures.WindowLength - 1];
                values[(i * features) + f] = (newest - scaler.Means[f]) / scaler.Deviations[f];
            }
        }

        return AlignedTensor.Of(values, windows.Windows.Count, features);
    }
}
