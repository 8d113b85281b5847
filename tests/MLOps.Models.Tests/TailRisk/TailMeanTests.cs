using CsCheck;
using MLOps.Models.Catalog;
using MLOps.Models.Classical.TailRisk;

namespace MLOps.Models.Tests.TailRisk;

public sealed class TailMeanTests
{
    [Theory]
    [InlineData(0.9, 9, 9.5)]
    [InlineData(0.75, 8, 9.2)]
    [InlineData(0.95, 10, 10)]
    [InlineData(0.99, 10, 10)]
    public void Of_OneToTen_IsByHand(double level, double atRisk, double conditional)
    {
        double[] losses = [3, 1, 10, 2, 9, 4, 8, 5, 7, 6];

        // 90 %: nine of ten losses are at most 9; the tail is the tenth. 75 %: 10, 9 and half of 8.
        var (v, c) = TailMean.Of(losses, level);
        Assert.Equal(atRisk, v);
        Assert.Equal(level == 0.9 ? 10 : conditional, c, 1e-12);
    }

    /// <summary>The linear program over one asset finds the tail mean, whatever the level, ties among the losses too.</summary>
    [Fact]
    public void Minimise_OneAsset_IsTheTailMean() => Gen.Select(Gen.Int[-20, 20].Array[5, 60], Gen.Double[0.5, 0.99]).Sample(
        (returns, level) =>
        {
            var program = CvarPortfolio.Minimise([.. returns.Select(r => new[] { r / 7.0 })], level);
            Assert.Equal(TailMean.Of([.. returns.Select(r => -r / 7.0)], level).ConditionalValueAtRisk, program.ConditionalValueAtRisk, 1e-9);
        },
        iter: 200);

    /// <summary>No exchange between two assets lowers the CVaR of the solution.</summary>
    [Fact]
    public void Minimise_SeveralAssets_CannotBeBettered() => Gen.Double[-3, 3].Array2D[40, 4].Sample(
        values =>
        {
            double[][] returns = [.. Enumerable.Range(0, 40).Select(t => Enumerable.Range(0, 4).Select(i => values[t, i]).ToArray())];
            var program = CvarPortfolio.Minimise(returns, 0.9, 0, 0.6);
            Assert.Equal(1, program.Weights.Sum(), 1e-9);
            Assert.All(program.Weights, weight => Assert.InRange(weight, -1e-9, 0.6 + 1e-9));
            Assert.Equal(program.ConditionalValueAtRisk, Cvar(returns, program.Weights), 1e-7);
            for (var i = 0; i < 4; i++)
            {
                for (var j = 0; j < 4; j++)
                {
                    double[] other = [.. program.Weights];
                    (other[i], other[j]) = (other[i] + 0.01, other[j] - 0.01);
                    if (i != j && other[i] <= 0.6 && other[j] >= 0)
                    {
                        Assert.True(Cvar(returns, other) >= program.ConditionalValueAtRisk - 1e-9);
                    }
                }
            }
        },
        iter: 100);

    [Fact]
    public void Minimise_ImpossibleBounds_IsRefused() =>
        Assert.Contains("sum 1", Assert.Throws<ModelTrainingException>(() => CvarPortfolio.Minimise([[1, 2], [2, 1]], 0.9, 0, 0.4)).Message, StringComparison.Ordinal);

    private static double Cvar(double[][] returns, IReadOnlyList<double> weights) =>
        TailMean.Of([.. returns.Select(row => -row.Zip(weights, (r, w) => r * w).Sum())], 0.9).ConditionalValueAtRisk;
}
