using MLOps.Models.Neural.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MLOps.Models.Neural.Anomaly;

/// <summary>Mean squared error of the reconstruction, in fit and validation.</summary>
internal sealed class AnomalyTask(AnomalyNetwork network, NormalisedWindows normaliser, IReadOnlyList<float[]> fit, IReadOnlyList<float[]> validation) : ILearningTask, IDisposable
{
    private readonly Tensor _fit = Normalised(normaliser, fit);
    private readonly Tensor _validation = Normalised(normaliser, validation);

    public nn.Module Network => network;

    public int Rows => fit.Count;

    public BatchLoss Loss(Tensor rows, TrainingMoment moment) => new(Error(_fit.index_select(0, rows)));

    public Validation Validate() => new(Error(_validation).item<float>());

    public void Dispose()
    {
        _fit.Dispose();
        _validation.Dispose();
    }

    private Tensor Error(Tensor windows)
    {
        var difference = network.forward(windows) - windows;
        return (difference * difference).mean();
    }

    private static Tensor Normalised(NormalisedWindows normaliser, IReadOnlyList<float[]> windows)
    {
        using var scope = NewDisposeScope();
        return normaliser.Of(Tensors.Stack(windows, NormalisedWindows.Size)).DetachFromDisposeScope();
    }
}
