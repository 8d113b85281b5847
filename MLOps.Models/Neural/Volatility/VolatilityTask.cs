using MLOps.Models.Neural.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MLOps.Models.Neural.Volatility;

/// <summary>QLIKE in fit and validation: mean of a/f − ln(a/f) − 1 of the variance a and its forecast f (Patton 2011).</summary>
internal sealed class VolatilityTask : ILearningTask, IDisposable
{
    private readonly VolatilityNetwork _network;
    private readonly (Tensor Inputs, Tensor Logs) _fit;
    private readonly (Tensor Inputs, Tensor Logs) _validation;

    /// <param name="fit">From the first day to forecast to the one after the last.</param>
    public VolatilityTask(VolatilityNetwork network, double[][] features, double[] variances, Range fit, Range validation)
    {
        _network = network;
        _fit = Days(features, variances, fit);
        _validation = Days(features, variances, validation);
    }

    public nn.Module Network => _network;

    public int Rows => (int)_fit.Inputs.shape[0];

    public BatchLoss Loss(Tensor rows, TrainingMoment moment) =>
        new(QLike(_fit.Inputs.index_select(0, rows), _fit.Logs.index_select(0, rows)));

    public Validation Validate() => new(QLike(_validation.Inputs, _validation.Logs).item<float>());

    /// <summary>Forecast variances of windows.</summary>
    public static double[] Forecasts(VolatilityNetwork network, IReadOnlyList<float[]> windows)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        return [.. Tensors.Rows(network.forward(Stack(windows)).exp()).Select(row => row[0])];
    }

    public void Dispose()
    {
        _fit.Inputs.Dispose();
        _fit.Logs.Dispose();
        _validation.Inputs.Dispose();
        _validation.Logs.Dispose();
    }

    private Tensor QLike(Tensor inputs, Tensor logs)
    {
        var ratio = logs - _network.forward(inputs);
        return (ratio.exp() - ratio).mean().Plus(-1);
    }

    private static (Tensor Inputs, Tensor Logs) Days(double[][] features, double[] variances, Range days)
    {
        var (first, count) = days.GetOffsetAndLength(variances.Length);
        return (
            Stack([.. Enumerable.Range(first, count).Select(day => VolatilityFeatures.Before(features, day))]).DetachFromDisposeScope(),
            AlignedTensor.Of([.. variances[days].Select(variance => (float)Math.Log(variance))], count, 1).DetachFromDisposeScope());
    }

    private static Tensor Stack(IReadOnlyList<float[]> windows) => Tensors.Stack(windows, VolatilityFeatures.WindowLength, VolatilityFeatures.Names.Count);
}
