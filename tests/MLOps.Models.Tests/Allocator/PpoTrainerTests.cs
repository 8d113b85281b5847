using MLOps.Models.Native;
using MLOps.Models.Neural;
using MLOps.Models.Neural.Allocator.Ppo;
using TorchSharp;
using static TorchSharp.torch;

namespace MLOps.Models.Tests.Allocator;

[Collection("libtorch has one random generator a process")]
public sealed class PpoTrainerTests
{
    static PpoTrainerTests() => LibTorch.EnsureLoaded();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Train_MdpOfKnownOptimum_ReachesNinetyFivePercentOfIt(int seed)
    {
        var optimum = RegimeMdp.MeanReward(RegimeMdp.Optimum());
        var learnt = RegimeMdp.MeanReward(Learnt(seed));

        Assert.True(learnt >= 0.95 * optimum, $"{learnt} of {optimum}");
        Assert.True(learnt <= optimum * 1.01, $"{learnt} is more than the optimum {optimum}");
    }

    /// <summary>The task has teeth: neither who ignores costs nor who never trades gets there.</summary>
    [Fact]
    public void MeanReward_SimplePolicies_AreFarFromTheOptimum()
    {
        var optimum = RegimeMdp.MeanReward(RegimeMdp.Optimum());

        Assert.True(RegimeMdp.MeanReward(_ => [0.5, 0.5]) < 0.7 * optimum);
        Assert.True(RegimeMdp.MeanReward(state => state[0] == 1 ? [1, 0] : [0, 1]) < 0.95 * optimum);
        Assert.True(RegimeMdp.MeanReward(_ => [0, 1]) < 0.8 * optimum);
    }

    private static Func<float[], double[]> Learnt(int seed)
    {
        var settings = new PpoSettings(60, 16, 64, 4, 256, 0.003, RegimeMdp.Discount, 0.95, 0.2, 0, 0.7, 32, seed, 1);
        var network = SeededWeights.Create(seed, () => new ActorCritic(new float[24], [.. Enumerable.Repeat(1f, 24)], 2, settings.Hidden, settings.Exploration));
        var observer = new RecordingObserver();
        new PpoTrainer(settings, observer, TestContext.Current.CancellationToken).Train(network, [.. Enumerable.Range(0, settings.Environments).Select(_ => new RegimeMdp())], null);
        return state =>
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            return Tensors.Rows(nn.functional.softmax(network.forward(Tensors.Stack([state], 24)), 1))[0];
        };
    }
}
