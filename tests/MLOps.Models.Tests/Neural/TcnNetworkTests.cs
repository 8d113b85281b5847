using MLOps.Models.Features;
using MLOps.Models.Native;
using MLOps.Models.Neural;
using MLOps.Models.Neural.Tcn;
using TorchSharp;
using static TorchSharp.torch;

namespace MLOps.Models.Tests.Neural;

[Collection("libtorch has one random generator a process")]
public sealed class TcnNetworkTests
{
    static TcnNetworkTests() => LibTorch.EnsureLoaded();

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(40)]
    [InlineData(63)]
    public void Features_FutureChanges_NeverMovesAnEarlierOutput(int day)
    {
        using var scope = NewDisposeScope();
        using var network = Create();
        using var quiet = no_grad();
        var input = randn(2, 8, 64);
        var changed = input.clone();
        var later = changed.slice(2, day, 64, 1);
        later.copy_(later.Plus(5));

        var before = network.Features(input);
        var after = network.Features(changed);

        Assert.Equal(0f, (before.slice(2, 0, day, 1) - after.slice(2, 0, day, 1)).abs().max().item<float>());
        Assert.NotEqual(0f, (before.select(2, day) - after.select(2, day)).abs().max().item<float>());
    }

    [Fact]
    public void Features_OldestDaysButOneChange_ReachesTheNewestOutput()
    {
        using var scope = NewDisposeScope();
        using var network = Create(40);
        using var quiet = no_grad();
        // Many windows: in any one of them a ReLU may close the only path that is long enough.
        var input = randn(64, 8, 64);
        var changed = input.clone();
        var early = changed.select(2, 1);
        early.copy_(early.Plus(100));

        Assert.NotEqual(0f, (network.Features(input).select(2, 63) - network.Features(changed).select(2, 63)).abs().max().item<float>());
    }

    [Fact]
    public void Weights_DefaultSize_StayWithin32Thousand()
    {
        var channels = int.Parse(TcnSettings.Declared.Single(parameter => parameter.Name == "channels").Default, null);
        using var network = Create(channels);
        Assert.InRange(network.Weights().Sum(weight => weight.Values.Length), 1000, 32_000);
    }

    private static TcnNetwork Create(int channels = 8) =>
        SeededWeights.Create(5, () => new TcnNetwork(new FeatureScaler([.. Enumerable.Repeat(0.1f, 8)], [.. Enumerable.Repeat(2f, 8)]), channels, TcnSettings.Dilations, 3));
}
