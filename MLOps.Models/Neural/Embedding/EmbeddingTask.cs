using MLOps.Models.Neural.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MLOps.Models.Neural.Embedding;

/// <summary>Trains an embedding on successive windows; the best epoch is the one that leaves the least of the validation windows' variance unexplained, unless the network has a figure of its own.</summary>
internal sealed class EmbeddingTask : ILearningTask, IDisposable
{
    private readonly EmbeddingNetwork _network;
    private readonly Tensor _fit;
    private readonly Tensor _dayBefore;
    private readonly Tensor _validation;
    private readonly double[][] _validationWindows;

    /// <param name="fit">Raw windows of days in order.</param>
    /// <param name="follows">Whether a window to fit is of the day after the one before it; one that is not is its own day before.</param>
    public EmbeddingTask(EmbeddingNetwork network, IReadOnlyList<float[]> fit, Func<int, bool> follows, IReadOnlyList<float[]> validation)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        _network = network;
        _fit = Scaled(fit).DetachFromDisposeScope();
        _dayBefore = tensor([.. Enumerable.Range(0, fit.Count).Select(row => (long)(row > 0 && follows(row) ? row - 1 : row))]).DetachFromDisposeScope();
        _validation = Scaled(validation).DetachFromDisposeScope();
        _validationWindows = Tensors.Rows(_validation);
    }

    public nn.Module Network => _network;

    public int Rows => (int)_fit.shape[0];

    public BatchLoss Loss(Tensor rows, TrainingMoment moment) =>
        _network.Loss(_fit.index_select(0, rows), _fit.index_select(0, _dayBefore.index_select(0, rows)), moment);

    public Validation Validate()
    {
        var explained = EmbeddingScore.Explained(_validationWindows, Tensors.Rows(_network.Decode(_network.Encode(_validation))));
        return new Validation(_network.ValidationLoss(_validation) ?? (1 - explained), KeyValuePair.Create("val_r2", explained));
    }

    public void Dispose()
    {
        _fit.Dispose();
        _dayBefore.Dispose();
        _validation.Dispose();
    }

    private Tensor Scaled(IReadOnlyList<float[]> windows) => _network.Scaled(Tensors.Stack(windows, _network.WindowShape));
}
