using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLOps.Models.Neural.Anomaly;

/// <summary>Autoencoder of normalised windows [B, 512] through a bottleneck.</summary>
internal sealed class AnomalyNetwork : Module<Tensor, Tensor>
{
    private readonly Linear _narrow;
    private readonly Linear _code;
    private readonly Linear _widen;
    private readonly Linear _window;

    public AnomalyNetwork(int hidden, int latent)
        : base("anomaly")
    {
        _narrow = Linear(NormalisedWindows.Size, hidden);
        _code = Linear(hidden, latent);
        _widen = Linear(latent, hidden);
        _window = Linear(hidden, NormalisedWindows.Size);
        RegisterComponents();
    }

    public override Tensor forward(Tensor windows)
    {
        using var scope = NewDisposeScope();
        var code = _code.forward(functional.relu(_narrow.forward(windows)));
        return _window.forward(functional.relu(_widen.forward(code))).MoveToOuterDisposeScope();
    }
}
