using MLOps.Models.Neural;
using MLOps.Models.Neural.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLOps.Models.Tests.Neural.Training;

/// <summary>Learns a curve by a small network with dropout, so that resuming has noise to restore.</summary>
internal sealed class NoisyTask : ILearningTask, IDisposable
{
    private readonly Sequential _network;
    private readonly Tensor _inputs;
    private readonly Tensor _targets;

    public NoisyTask(int rows, int seed)
    {
        _network = SeededWeights.Create(seed, () => nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 1)));
        _inputs = linspace(-2, 2, rows).reshape(rows, 1).DetachFromDisposeScope();
        _targets = _inputs.sin().Times(3).DetachFromDisposeScope();
    }

    public nn.Module Network => _network;

    public int Rows => (int)_inputs.shape[0];

    /// <summary>Where each step was.</summary>
    public List<TrainingMoment> Moments { get; } = [];

    /// <summary>Factor of the error.</summary>
    public double Scale { get; init; } = 1;

    public BatchLoss Loss(Tensor rows, TrainingMoment moment)
    {
        Moments.Add(moment);
        var hidden = moment.Noise.Dropout(_network.forward(_inputs.index_select(0, rows)).Plus(moment.Noise.Normal(rows.shape[0], 1).Times(0.1)), 0.2);
        var error = (hidden - _targets.index_select(0, rows)).Squared().mean().Times(Scale);
        var size = _network.parameters().Select(parameter => parameter.Squared().sum()).Aggregate((a, b) => a.Plus(b));
        return new BatchLoss(error.Plus(size.Times(0.001 * moment.WarmUp(2))), ("train_error", error), ("train_size", size));
    }

    public Validation Validate()
    {
        var error = (_network.forward(_inputs) - _targets).Squared().mean().item<float>();
        return new Validation(error, KeyValuePair.Create("val_root", Math.Sqrt(error)));
    }

    public void Dispose()
    {
        _network.Dispose();
        _inputs.Dispose();
        _targets.Dispose();
    }
}
