using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLOps.Models.Neural.Allocator.Ppo;

/// <summary>The policy, states [B, 24] to the means of the logits [B, A], and beside it the value of a state. The weights are the softmax of the logits;
/// while learning these are drawn around their means, and served are the means' own. The scaler is part of it.</summary>
internal sealed class ActorCritic : Module<Tensor, Tensor>
{
    private readonly Tensor _means;
    private readonly Tensor _deviations;
    private readonly Linear _first;
    private readonly Linear _second;
    private readonly Linear _logits;
    private readonly Parameter _logDeviations;
    private readonly Linear _valueFirst;
    private readonly Linear _valueSecond;
    private readonly Linear _value;

    public ActorCritic(float[] means, float[] deviations, int assets, int hidden, double exploration)
        : base("allocator")
    {
        _means = AlignedTensor.Of(means, means.Length).DetachFromDisposeScope();
        _deviations = AlignedTensor.Of(deviations, deviations.Length).DetachFromDisposeScope();
        _first = Linear(means.Length, hidden);
        _second = Linear(hidden, hidden);
        _logits = Linear(hidden, assets);
        _logDeviations = Parameter(ones(assets).Times(Math.Log(exploration)));
        _valueFirst = Linear(means.Length, hidden);
        _valueSecond = Linear(hidden, hidden);
        _value = Linear(hidden, 1);

        // Begins at nearly equal weights: whatever it holds more of, it has learnt.
        using (no_grad())
        {
            using Scalar small = 0.01;
            _logits.weight!.mul_(small);
            _logits.bias!.zero_();
        }

        RegisterComponents();
    }

    /// <summary>Logarithms of the logits' standard deviations [A].</summary>
    public Tensor LogDeviations => _logDeviations;

    /// <summary>Means of the logits [B, A].</summary>
    public override Tensor forward(Tensor states)
    {
        using var scope = NewDisposeScope();
        return _logits.forward(functional.tanh(_second.forward(functional.tanh(_first.forward(Scaled(states)))))).MoveToOuterDisposeScope();
    }

    /// <summary>Values of the states [B].</summary>
    public Tensor Values(Tensor states)
    {
        using var scope = NewDisposeScope();
        return _value.forward(functional.tanh(_valueSecond.forward(functional.tanh(_valueFirst.forward(Scaled(states)))))).squeeze(1).MoveToOuterDisposeScope();
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

    private Tensor Scaled(Tensor states) => (states - _means) / _deviations;
}
