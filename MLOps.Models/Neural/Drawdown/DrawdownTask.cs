using MLOps.Models.Features;
using MLOps.Models.Neural.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MLOps.Models.Neural.Drawdown;

/// <summary>The likelihood of each window's level; the best epoch is that of the smallest mean Brier score in validation.</summary>
internal sealed class DrawdownTask : ILearningTask, IDisposable
{
    private readonly DrawdownNetwork _network;
    private readonly DrawdownWindows _validation;
    private readonly Tensor _inputs;
    private readonly Tensor _validationInputs;

    /// <summary>[rows, 3]: 1 where the threshold was exceeded.</summary>
    private readonly Tensor _exceeded;

    /// <summary>[rows, 3]: 1 where the threshold before it was exceeded, so that this one's logit was put to the test.</summary>
    private readonly Tensor _reached;

    public DrawdownTask(DrawdownNetwork network, DrawdownWindows fit, DrawdownWindows validation, int thresholds)
    {
        (_network, _validation) = (network, validation);
        _inputs = Stack(fit.Inputs).DetachFromDisposeScope();
        _validationInputs = Stack(validation.Inputs).DetachFromDisposeScope();
        _exceeded = Indicators(fit.Levels, thresholds, above: 0).DetachFromDisposeScope();
        _reached = Indicators(fit.Levels, thresholds, above: -1).DetachFromDisposeScope();
    }

    public nn.Module Network => _network;

    public int Rows => (int)_inputs.shape[0];

    public BatchLoss Loss(Tensor rows, TrainingMoment moment)
    {
        var logits = _network.forward(_inputs.index_select(0, rows));
        var losses = nn.functional.binary_cross_entropy_with_logits(logits, _exceeded.index_select(0, rows), reduction: nn.Reduction.None);
        return new BatchLoss((losses * _reached.index_select(0, rows)).sum(1).mean());
    }

    public Validation Validate() =>
        new(BrierScore.Of(Tensors.Rows(_network.Probabilities(_validationInputs)), _validation.Levels).Average());

    /// <summary>Probabilities of exceeding each threshold, [windows][3].</summary>
    public static double[][] Probabilities(DrawdownNetwork network, IReadOnlyList<float[]> windows)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        return Tensors.Rows(network.Probabilities(Stack(windows)));
    }

    public void Dispose()
    {
        _inputs.Dispose();
        _validationInputs.Dispose();
        _exceeded.Dispose();
        _reached.Dispose();
    }

    private static Tensor Stack(IReadOnlyList<float[]> windows) => Tensors.Stack(windows, DailyFeatures.WindowLength, DailyFeatures.Names.Count);

    private static Tensor Indicators(int[] levels, int thresholds, int above) =>
        Tensors.Stack([.. levels.Select(level => Enumerable.Range(0, thresholds).Select(threshold => level > threshold + above ? 1f : 0).ToArray())], thresholds);
}
