using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLOps.Models.Neural.Layers;

/// <summary>Dilated convolution over time, [B, channels, T] to [B, outputs, T]: position t sees inputs up to t alone, for only the past is padded.</summary>
internal sealed class CausalConvolution : Module<Tensor, Tensor>
{
    private readonly Conv1d _convolution;

    public CausalConvolution(int channels, int outputs, int kernelSize, int dilation)
        : base("causal")
    {
        (KernelSize, Dilation) = (kernelSize, dilation);
        _convolution = Conv1d(channels, outputs, kernelSize, dilation: dilation);
        RegisterComponents();
    }

    public int KernelSize { get; }

    public int Dilation { get; }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return _convolution.forward(functional.pad(input, [(KernelSize - 1) * Dilation, 0L])).MoveToOuterDisposeScope();
    }
}
