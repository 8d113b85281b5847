using System.Text;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLOps.Models.Neural.Training;

/// <summary>Adam with decoupled weight decay (Kingma and Ba 2015; Loshchilov and Hutter 2019). TorchSharp's own passes numbers to libtorch that nobody holds (see <see cref="HeldScalars"/>), thousands a second.</summary>
/// <param name="network">Its parameters are learnt.</param>
internal sealed class DecoupledAdam(nn.Module network, double weightDecay) : IDisposable
{
    private const double FirstDecay = 0.9;
    private const double SecondDecay = 0.999;
    private const double Epsilon = 1e-8;

    private readonly (Parameter Parameter, Tensor First, Tensor Second)[] _moments =
        [.. network.parameters().Select(parameter => (parameter, zeros_like(parameter).DetachFromDisposeScope(), zeros_like(parameter).DetachFromDisposeScope()))];

    private int _steps;

    /// <summary>Moves the parameters against the gradients that they have, and forgets these.</summary>
    public void Step(double learningRate)
    {
        _steps++;
        using var quiet = no_grad();
        using Scalar decay = 1 - (learningRate * weightDecay);
        using Scalar firstDecay = FirstDecay;
        using Scalar firstShare = 1 - FirstDecay;
        using Scalar secondDecay = SecondDecay;
        using Scalar secondShare = 1 - SecondDecay;
        using Scalar unbiased = 1 / Math.Sqrt(1 - Math.Pow(SecondDecay, _steps));
        using Scalar epsilon = Epsilon;
        using Scalar once = 1;
        using Scalar step = -learningRate / (1 - Math.Pow(FirstDecay, _steps));
        foreach (var (parameter, first, second) in _moments)
        {
            using var scope = NewDisposeScope();
            if (parameter.grad is not { } gradient)
            {
                continue;
            }

            parameter.mul_(decay);
            first.mul_(firstDecay);
            first.add_(gradient, firstShare);
            second.mul_(secondDecay);
            second.addcmul_(gradient, gradient, secondShare);
            var root = second.sqrt();
            root.mul_(unbiased);
            root.add_(epsilon, once);
            parameter.addcdiv_(first, root, step);
            gradient.zero_();
        }
    }

    /// <summary>Moments and steps, bit for bit.</summary>
    public byte[] State()
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(_steps);
            foreach (var moment in Moments())
            {
                writer.Write(moment.bytes);
            }
        }

        return stream.ToArray();
    }

    /// <summary>Sets what <see cref="State"/> of an optimiser of the same parameters gave.</summary>
    public void Restore(byte[] state)
    {
        using var reader = new BinaryReader(new MemoryStream(state), Encoding.UTF8);
        _steps = reader.ReadInt32();
        foreach (var moment in Moments())
        {
            reader.ReadBytes(moment.bytes.Length).CopyTo(moment.bytes);
        }
    }

    public void Dispose()
    {
        foreach (var moment in Moments())
        {
            moment.Dispose();
        }
    }

    private IEnumerable<Tensor> Moments() => _moments.SelectMany(moment => new[] { moment.First, moment.Second });
}
