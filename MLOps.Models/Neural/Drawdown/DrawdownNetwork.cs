using MLOps.Models.Features;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLOps.Models.Neural.Drawdown;

/// <summary>An LSTM over the days, raw features [B, T, 8], and from its last state the logits [B, 3] of exceeding each threshold given that the one before it is exceeded.
/// The product of such probabilities cannot rise from one threshold to the next. The scaler is part of it.</summary>
internal sealed class DrawdownNetwork : Module<Tensor, Tensor>
{
    private readonly Tensor _means;
    private readonly Tensor _deviations;
    private readonly LSTM _lstm;
    private readonly Linear _head;

    public DrawdownNetwork(FeatureScaler scaler, int hidden, int thresholds)
        : base("drawdown")
    {
        var features = scaler.Means.Length;
        _means = AlignedTensor.Of(scaler.Means, features).DetachFromDisposeScope();
        _deviations = AlignedTensor.Of(scaler.Deviations, features).DetachFromDisposeScope();
        _lstm = LSTM(features, hidden, batchFirst: true);
        _head = Linear(hidden, thresholds);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var (_, hidden, _) = _lstm.forward((input - _means) / _deviations);
        return _head.forward(hidden.squeeze(0)).MoveToOuterDisposeScope();
    }

    /// <summary>Probabilities [B, 3] of exceeding each threshold.</summary>
    public Tensor Probabilities(Tensor input)
    {
        using var scope = NewDisposeScope();
        return functional.logsigmoid(forward(input)).cumsum(1).exp().MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _means.Dispose();
            _deviations.Dispose();
        }

        base.Dispose(disposing);
    }
}
