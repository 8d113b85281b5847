using MLOps.Models.Features;
using MLOps.Models.Neural.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MLOps.Models.Neural.Tcn;

/// <summary>Cross-entropy against the labels' probabilities; the best epoch is that of the smallest validation log-loss.</summary>
internal sealed class TcnTask(TcnNetwork network, LabelledWindows fit, LabelledWindows validation) : ILearningTask, IDisposable
{
    private readonly Tensor _inputs = Stack(fit.Windows).DetachFromDisposeScope();
    private readonly Tensor _targets = fit.TargetTensor().DetachFromDisposeScope();
    private readonly Tensor _validationInputs = Stack(validation.Windows).DetachFromDisposeScope();

    public nn.Module Network => network;

    public int Rows => fit.Windows.Count;

    public BatchLoss Loss(Tensor rows, TrainingMoment moment) =>
        new(SoftCrossEntropy.Of(network.forward(_inputs.index_select(0, rows)), _targets.index_select(0, rows)));

    public Validation Validate()
    {
        var score = TcnScore.Of(Probabilities(network, _validationInputs), validation.Labels);
        return new Validation(score.LogLoss, KeyValuePair.Create("val_accuracy", score.Accuracy));
    }

    /// <summary>Class probabilities of windows, [windows][classes].</summary>
    public static double[][] Probabilities(TcnNetwork network, IReadOnlyList<float[]> windows)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        return Probabilities(network, Stack(windows));
    }

    public void Dispose()
    {
        _inputs.Dispose();
        _targets.Dispose();
        _validationInputs.Dispose();
    }

    private static double[][] Probabilities(TcnNetwork network, Tensor windows) =>
        Tensors.Rows(nn.functional.softmax(network.forward(windows), 1));

    private static Tensor Stack(IReadOnlyList<float[]> windows) => Tensors.Stack(windows, DailyFeatures.Names.Count, DailyFeatures.WindowLength);
}
