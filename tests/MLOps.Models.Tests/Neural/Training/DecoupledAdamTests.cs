using MLOps.Models.Native;
using MLOps.Models.Neural;
using MLOps.Models.Neural.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MLOps.Models.Tests.Neural.Training;

[Collection("libtorch has one random generator a process")]
public sealed class DecoupledAdamTests
{
    static DecoupledAdamTests() => LibTorch.EnsureLoaded();

    /// <summary>The recursion of the papers, in double precision, on a parabola.</summary>
    [Fact]
    public void Step_Parabola_FollowsTheRecursion()
    {
        using var scope = NewDisposeScope();
        using var network = nn.Linear(1, 1, hasBias: false);
        using var optimizer = new DecoupledAdam(network, weightDecay: 0.1);
        using (no_grad())
        {
            using Scalar start = 2.0;
            network.weight!.fill_(start);
        }

        var (x, m, v) = (2.0, 0.0, 0.0);
        for (var t = 1; t <= 20; t++)
        {
            (network.weight! * network.weight!).sum().backward();
            optimizer.Step(0.05);
            var g = 2 * x;
            (m, v) = ((0.9 * m) + (0.1 * g), (0.999 * v) + (0.001 * g * g));
            x = (x * (1 - (0.05 * 0.1))) - (0.05 * (m / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(v / (1 - Math.Pow(0.999, t))) + 1e-8));
            Assert.Equal(x, network.weight!.item<float>(), 1e-5);
        }
    }

    [Fact]
    public void Restore_StateOfAnother_GoesOnBitForBit()
    {
        using var scope = NewDisposeScope();
        var (first, second) = (Network(), Network());
        using var whole = new DecoupledAdam(first, 0.01);
        using var before = new DecoupledAdam(second, 0.01);
        Learn(first, whole, 5);
        Learn(second, before, 3);
        using var after = new DecoupledAdam(second, 0.01);
        after.Restore(before.State());
        Learn(second, after, 2);

        Assert.Equal(whole.State(), after.State());
        Assert.Equal(first.weight!.data<float>().ToArray(), second.weight!.data<float>().ToArray());
    }

    /// <summary>TorchSharp's own arithmetic with numbers fails this within a second.</summary>
    [Fact]
    public void Step_UnderGarbageCollections_StaysExact()
    {
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        using var scope = NewDisposeScope();
        var (quiet, disturbed) = (Network(), Network());
        using var undisturbed = new DecoupledAdam(quiet, 0.01);
        using var optimizer = new DecoupledAdam(disturbed, 0.01);
        Learn(quiet, undisturbed, 3000);

        collector.Start();
        try
        {
            Learn(disturbed, optimizer, 3000);
        }
        finally
        {
            stop.Cancel();
            collector.Join();
        }

        Assert.Equal(undisturbed.State(), optimizer.State());
    }

    private static TorchSharp.Modules.Linear Network() => SeededWeights.Create(3, () => nn.Linear(4, 3));

    private static void Learn(TorchSharp.Modules.Linear network, DecoupledAdam optimizer, int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            using var scope = NewDisposeScope();
            var output = network.forward(ones(2, 4)).Plus(-0.7).Times(0.5);
            (output * output).mean().backward();
            optimizer.Step(0.01);
        }
    }
}
