using TorchSharp;
using static TorchSharp.torch;

namespace MLOps.Models.Neural.Training;

/// <summary>Every random draw of a training but its initial weights and the order of its rows: dropout, masks, a VAE's samples. Its state goes into the checkpoint.
/// libtorch's own dropout draws from the process's one generator, which no checkpoint can restore: <see cref="Dropout"/> is here instead.</summary>
internal sealed class TrainingNoise : IDisposable
{
    /// <summary>Another stream than that of the weights, which are drawn by the same seed.</summary>
    private const ulong Stream = 0x9E3779B97F4A7C15;

    private readonly Generator _generator;

    public TrainingNoise(int seed) => _generator = new Generator((ulong)seed ^ Stream);

    /// <summary>Independent standard normal draws.</summary>
    public Tensor Normal(params long[] shape) => randn(shape, generator: _generator);

    /// <summary>Independent draws from 0 (inclusive) to 1 (exclusive).</summary>
    public Tensor Uniform(params long[] shape) => rand(shape, generator: _generator);

    /// <summary>Sets each element to zero with the given probability and scales the others up, so that the mean stays.</summary>
    public Tensor Dropout(Tensor input, double rate)
    {
        if (rate == 0)
        {
            return input;
        }

        using var scope = NewDisposeScope();
        var kept = Uniform(input.shape).AtLeast(rate).to_type(ScalarType.Float32);
        return (input * kept).Over(1 - rate).MoveToOuterDisposeScope();
    }

    public byte[] State()
    {
        using var state = _generator.get_state();
        return state.bytes.ToArray();
    }

    public void Restore(byte[] content)
    {
        using var state = tensor(content, ScalarType.Byte);
        _generator.set_state(state);
    }

    public void Dispose() => _generator.Dispose();
}
