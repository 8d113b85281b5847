using CsCheck;
using MLOps.Models.Classical.MetaController;

namespace MLOps.Models.Tests.MetaController;

public sealed class HedgeTests
{
    /// <summary>An adversary sees the weights before it chooses.</summary>
    private delegate double[] Adversary(IReadOnlyList<double> weights, int round, double[] noise);

    /// <summary>Those that hurt most: the heaviest loses; the leaders take turns; whoever is above average loses; one that is good until it is trusted; noise.</summary>
    private static readonly Adversary[] Adversaries =
    [
        (weights, _, _) => [.. weights.Select(weight => weight == weights.Max() ? 1.0 : 0)],
        (weights, round, _) => [.. weights.Select((_, i) => (round + i) % 2 == 0 ? 1.0 : 0)],
        (weights, _, _) => [.. weights.Select(weight => weight >= 1.0 / weights.Count ? 1.0 : 0)],
        (weights, _, _) => [.. weights.Select((weight, i) => i == 0 ? (weight > 0.6 ? 1.0 : 0) : 0.5)],
        (weights, _, noise) => [.. weights.Select((_, i) => noise[i % noise.Length])],
        (weights, round, noise) => [.. weights.Select((_, i) => noise[(i + round) % noise.Length] > 0.5 ? 1.0 : 0)],
    ];

    [Fact]
    public void Update_AnyAdversary_RegretStaysWithinTheBound() => Gen.Select(Gen.Int[2, 20], Gen.Int[1, 400], Gen.Int[0, Adversaries.Length - 1], Gen.Double[0, 1].Array[1, 50]).Sample(
        (experts, rounds, adversary, noise) =>
        {
            var hedge = new Hedge(experts, Hedge.LearningRate(experts, rounds));
            var (own, totals) = (0.0, new double[experts]);
            for (var round = 0; round < rounds; round++)
            {
                var losses = Adversaries[adversary](hedge.Weights, round, noise);
                own += hedge.Update(losses);
                for (var i = 0; i < experts; i++)
                {
                    totals[i] += losses[i];
                }
            }

            Assert.True(own - totals.Min() <= Hedge.RegretBound(experts, rounds) + 1e-9, $"Regret {own - totals.Min()} of at most {Hedge.RegretBound(experts, rounds)}.");
            Assert.Equal(1, hedge.Weights.Sum(), 1e-12);
            Assert.All(hedge.Weights, weight => Assert.InRange(weight, 0, 1));
        });

    /// <summary>The bound is no idle one: fair coins come within a factor of it.</summary>
    [Fact]
    public void Update_FairCoins_RegretIsOfTheBoundsSize()
    {
#pragma warning disable CA5394 // Coins, not secrets.
        var random = new Random(5);
        var (experts, rounds) = (64, 5000);
        var hedge = new Hedge(experts, Hedge.LearningRate(experts, rounds));
        var (own, totals) = (0.0, new double[experts]);
        for (var round = 0; round < rounds; round++)
        {
            double[] losses = [.. Enumerable.Range(0, experts).Select(_ => (double)random.Next(2))];
            own += hedge.Update(losses);
            totals = [.. totals.Zip(losses, (total, loss) => total + loss)];
        }
#pragma warning restore CA5394

        Assert.InRange(own - totals.Min(), 0.4 * Hedge.RegretBound(experts, rounds), Hedge.RegretBound(experts, rounds));
    }

    [Fact]
    public void Update_TwoExperts_IsTheExponentialOfTheLosses()
    {
        var hedge = new Hedge(2, 0.5, 0.1);
        Assert.Equal(0.5, hedge.Update([1, 0]), 1e-15);
        var first = Math.Exp(-0.5) / (Math.Exp(-0.5) + 1);
        Assert.Equal((0.9 * first) + 0.05, hedge.Weights[0], 1e-15);
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void Update_LossOutsideTheRange_IsRefused(double loss) =>
        Assert.Contains("from 0 to 1", Assert.Throws<ArgumentException>(() => new Hedge(2, 0.1).Update([0.5, loss])).Message, StringComparison.Ordinal);
}
