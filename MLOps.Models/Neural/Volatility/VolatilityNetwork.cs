using MLOps.Models.Classical.HarRv;
using MLOps.Models.Features;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLOps.Models.Neural.Volatility;

/// <summary>Raw features [B, 22, 4] to the logarithm of tomorrow's variance [B, 1]: a line in the newest day's features, which begins as the logarithmic HAR,
/// and what an LSTM over the days adds to it, which begins as nothing. The scaler is part of it.</summary>
internal sealed class VolatilityNetwork : Module<Tensor, Tensor>
{
    private readonly Tensor _means;
    private readonly Tensor _deviations;
    private readonly Linear _line;
    private readonly LSTM _lstm;
    private readonly Linear _head;

    /// <param name="har">In logarithms, fitted on the fit days.</param>
    public VolatilityNetwork(FeatureScaler scaler, HarRegression har, int hidden)
        : base("volatility")
    {
        var features = scaler.Means.Length;
        _means = AlignedTensor.Of(scaler.Means, features).DetachFromDisposeScope();
        _deviations = AlignedTensor.Of(scaler.Deviations, features).DetachFromDisposeScope();
        _line = Linear(features, 1);
        _lstm = LSTM(features, hidden, batchFirst: true);
        _head = Linear(hidden, 1, hasBias: false);
        using (no_grad())
        using (NewDisposeScope())
        {
            // On scaled features, so that a series in another unit is learnt alike.
            float[] weights = [.. har.Coefficients.Skip(1).Select((weight, feature) => (float)weight * scaler.Deviations[feature]), 0];
            var level = har.Coefficients[0] + (har.ResidualVariance / 2) + har.Coefficients.Skip(1).Select((weight, feature) => weight * scaler.Means[feature]).Sum();
            _line.weight!.copy_(AlignedTensor.Of(weights, 1, features));
            _line.bias!.copy_(AlignedTensor.Of([(float)level], 1));
            _head.weight!.zero_();
        }

        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var scaled = (input - _means) / _deviations;
        var (_, hidden, _) = _lstm.forward(scaled);
        return _line.forward(scaled.select(1, -1)).Plus(_head.forward(hidden.squeeze(0))).MoveToOuterDisposeScope();
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
