using MLOps.Models.Features;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLOps.Models.Neural.Tcn;

/// <summary>Temporal convolutional network: raw features [B, 8, T] to class logits [B, 3].
/// Residual blocks of one causal convolution each (Bai, Kolter and Koltun 2018, without weight normalisation); the scaler is part of it.</summary>
internal sealed class TcnNetwork : Module<Tensor, Tensor>
{
    public const int KernelSize = 3;
    private readonly Tensor _means;
    private readonly Tensor _deviations;
    private readonly Conv1d _entry;
    private readonly ModuleList<Conv1d> _convolutions;
    private readonly Linear _head;

    public TcnNetwork(FeatureScaler scaler, int channels, IReadOnlyList<int> dilations, int classes)
        : base("tcn")
    {
        var features = scaler.Means.Length;
        _means = tensor(scaler.Means).reshape(1, features, 1).DetachFromDisposeScope();
        _deviations = tensor(scaler.Deviations).reshape(1, features, 1).DetachFromDisposeScope();
        Dilations = dilations;
        _entry = Conv1d(features, channels, 1);
        _convolutions = new ModuleList<Conv1d>([.. dilations.Select(dilation => Conv1d(channels, channels, KernelSize, dilation: dilation))]);
        _head = Linear(channels, classes);
        RegisterComponents();
    }

    public IReadOnlyList<int> Dilations { get; }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return functional.linear(Features(input).select(2, -1), _head.weight!, _head.bias).MoveToOuterDisposeScope();
    }

    /// <summary>The hidden sequence [B, channels, T]: position t depends on inputs up to t alone.</summary>
    public Tensor Features(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = _entry.forward((input - _means) / _deviations);
        for (var i = 0; i < Dilations.Count; i++)
        {
            var padded = functional.pad(hidden, [(KernelSize - 1) * Dilations[i], 0L]);
            hidden = hidden.Plus(functional.relu(_convolutions[i].forward(padded)));
        }

        return hidden.MoveToOuterDisposeScope();
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
