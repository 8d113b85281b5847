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

    /// <param name="fit">Days to forecast.</param>
    /// <param name="validation">Likewise.</param>
    public VolatilityTask(VolatilityNetwork network, VolatilityFeatures features, double[] variances, int[] fit, int[] validation)
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

    private static (Tensor Inputs, Tensor Logs) Days(VolatilityFeatures features, double[] variances, int[] days) => (
        Stack(Array.ConvertAll(days, features.Before)).DetachFromDisposeScope(),
        AlignedTensor.Of(Array.ConvertAll(days, day => (float)Math.Log(variances[day])), days.Length, 1).DetachFromDisposeScope());

    private static Tensor Stack(IReadOnlyList<float[]> windows) => Tensors.Stack(windows, VolatilityFeatures.WindowLength, VolatilityFeatures.Names.Count);
}
