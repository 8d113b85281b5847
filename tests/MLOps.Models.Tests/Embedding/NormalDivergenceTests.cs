using MLOps.Models.Native;
using MLOps.Models.Neural.MarketVae;
using static TorchSharp.torch;

namespace MLOps.Models.Tests.Embedding;

[Collection("libtorch has one random generator a process")]
public sealed class NormalDivergenceTests
{
    static NormalDivergenceTests() => LibTorch.EnsureLoaded();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1.5, -2)]
    [InlineData(-0.3, 1)]
    public void Of_OneDimension_IsTheIntegral(double mean, double logVariance)
    {
        using var scope = NewDisposeScope();
        var closed = NormalDivergence.Of(tensor(new[] { (float)mean }, [1, 1]), tensor(new[] { (float)logVariance }, [1, 1])).item<float>();
        Assert.Equal(Integral(mean, Math.Exp(logVariance / 2)), closed, 1e-5);
    }

    [Fact]
    public void Of_SeveralDimensions_IsTheirSum()
    {
        using var scope = NewDisposeScope();
        var (means, logVariances) = (tensor(new[] { 1f, 0f, 2f, -1f }, [2, 2]), tensor(new[] { 0f, -1f, 0.5f, 0f }, [2, 2]));
        var together = NormalDivergence.Of(means, logVariances);
        var apart = NormalDivergence.Of(means.reshape(4, 1), logVariances.reshape(4, 1)).reshape(2, 2).sum(1);
        Assert.Equal(0, (together - apart).abs().max().item<float>(), 1e-6f);
    }

    /// <summary>∫ q ln(q / p) by the midpoint rule.</summary>
    private static double Integral(double mean, double deviation)
    {
        const int Steps = 200_000;
        var (from, width) = (mean - (12 * deviation), 24 * deviation / Steps);
        var sum = 0.0;
        for (var i = 0; i < Steps; i++)
        {
            var x = from + ((i + 0.5) * width);
            var z = (x - mean) / deviation;
            var logQ = (-0.5 * z * z) - Math.Log(deviation);
            sum += Math.Exp(logQ) / Math.Sqrt(2 * Math.PI) * (logQ + (0.5 * x * x)) * width;
        }

        return sum;
    }
}
