using MLOps.Models.Neural.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MLOps.Models.Neural.Forecaster;

/// <summary>Squared error, or the pinball loss of a quantile, of the scaled forecast over all 24 days; the same chooses the best epoch.</summary>
internal sealed class PatchTask(PatchNetwork network, PatchSettings settings, ForecastWindows fit, ForecastWindows validation) : ILearningTask, IDisposable
{
    private readonly Tensor _histories = Tensors.Stack(fit.Histories, PatchSettings.History).DetachFromDisposeScope();
    private readonly Tensor _targets = Tensors.Stack(fit.Targets, PatchSettings.Horizon).DetachFromDisposeScope();
    private readonly Tensor _validationHistories = Tensors.Stack(validation.Histories, PatchSettings.History).DetachFromDisposeScope();
    private readonly Tensor _validationTargets = Tensors.Stack(validation.Targets, PatchSettings.Horizon).DetachFromDisposeScope();

    public nn.Module Network => network;

    public int Rows => fit.Histories.Length;

    public BatchLoss Loss(Tensor rows, TrainingMoment moment) =>
        new(Error(network.Scaled(_histories.index_select(0, rows), moment.Noise), _targets.index_select(0, rows)));

    public Validation Validate() => new(Error(network.Scaled(_validationHistories, null), _validationTargets).item<float>());

    public void Dispose()
    {
        _histories.Dispose();
        _targets.Dispose();
        _validationHistories.Dispose();
        _validationTargets.Dispose();
    }

    private Tensor Error(Tensor forecast, Tensor target)
    {
        var error = target - forecast;
        return settings.Quantile is { } quantile ? maximum(error.Times(quantile), error.Times(quantile - 1)).mean() : error.Squared().mean();
    }
}
