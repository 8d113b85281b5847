using MLOps.Models.Features;

namespace MLOps.Models.Tests.Features;

public sealed class AllocationStateTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(30)]
    public void At_AnyNumberOfAssets_HasTwentyFourFiniteFeaturesWithNames(int assets)
    {
        var prices = Prices(assets, 200);
        var factors = Factors(prices);

        var state = AllocationState.Compute(factors, prices).At(150, [.. Enumerable.Repeat(1.0 / assets, assets)]);

        Assert.Equal(AllocationState.Size, state.Length);
        Assert.All(state, value => Assert.True(float.IsFinite(value)));
        Assert.Equal(AllocationState.Size, AllocationState.Names(factors).Distinct().Count());
    }

    [Fact]
    public void At_TwoAssets_GivesTheDefinitions()
    {
        var prices = Prices(2, 100);
        var returns = LogReturns.Percent([.. prices.Select(row => row[1])]);
        var factors = Factors(prices);
        var names = AllocationState.Names(factors).ToList();

        var state = AllocationState.Compute(factors, prices).At(80, [0.3, 0.7]);

        // The newest return at row 80 leads there from row 79.
        Assert.Equal(0.7f, state[names.IndexOf("a1_weight")]);
        Assert.Equal((float)returns[79], state[names.IndexOf("a1_return")]);
        Assert.Equal(returns[59..80].Sum(), state[names.IndexOf("a1_momentum_21")], 1e-5);
        Assert.Equal(Math.Sqrt(returns[75..80].Average(r => r * r)), state[names.IndexOf("a1_volatility_5")], 1e-5);
        Assert.Equal(returns[59..80].Count(r => r > 0) / 21.0, state[names.IndexOf("a1_share_up_21")], 1e-6);
        var levels = prices.Select(row => Math.Log(row[1])).ToArray();
        Assert.Equal(100 * (levels[17..81].Max() - levels[80]), state[names.IndexOf("a1_drawdown_63")], 1e-4);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(20)]
    public void At_LaterPricesChange_StaysAsItWas(int assets)
    {
        var prices = Prices(assets, 200);
        var factors = Factors(prices);
        double[][] changed = [.. prices.Select((row, i) => i > 150 ? Array.ConvertAll(row, price => price * 3) : row)];
        double[] held = [.. Enumerable.Repeat(1.0 / assets, assets)];

        Assert.Equal(AllocationState.Compute(factors, prices).At(150, held), AllocationState.Compute(factors, changed).At(150, held));
        Assert.NotEqual(AllocationState.Compute(factors, prices).At(151, held), AllocationState.Compute(factors, changed).At(151, held));
    }

    [Fact]
    public void Fit_ManyAssets_GivesUncorrelatedPortfoliosInOrderOfVariance()
    {
        var prices = Prices(20, 400);
        double[][] returns = [.. prices.Zip(prices.Skip(1)).Select(pair => pair.First.Zip(pair.Second).Select(p => Math.Log(p.Second / p.First)).ToArray())];
        var factors = AllocationFactors.Fit([.. Enumerable.Range(0, 20).Select(i => $"a{i}")], returns);

        Assert.True(factors.ArePrincipal);
        Assert.Equal(8, factors.Loadings.Length);
        Assert.All(factors.Loadings, loadings => Assert.Equal(1, loadings.Sum(Math.Abs), 1e-12));
        Assert.All(factors.Loadings, loadings => Assert.True(loadings.Sum() >= 0));
        var values = returns.Select(row => factors.Of(row)).ToArray();
        for (var second = 1; second < 8; second++)
        {
            Assert.Equal(0, MathNet.Numerics.Statistics.Correlation.Pearson(values.Select(row => row[0]), values.Select(row => row[second])), 1e-8);
        }
    }

    private static AllocationFactors Factors(double[][] prices) => AllocationFactors.Fit(
        [.. Enumerable.Range(0, prices[0].Length).Select(i => $"a{i}")],
        [.. prices.Zip(prices.Skip(1)).Select(pair => pair.First.Zip(pair.Second).Select(p => Math.Log(p.Second / p.First)).ToArray())]);

    private static double[][] Prices(int assets, int rows)
    {
        var random = new Random(3);
        var level = Enumerable.Repeat(100.0, assets).ToArray();
        var prices = new double[rows][];
        for (var row = 0; row < rows; row++)
        {
            var market = random.NextDouble() - 0.5;
            level = [.. level.Select(price => price * Math.Exp((0.02 * market) + (0.02 * (random.NextDouble() - 0.5))))];
            prices[row] = level;
        }

        return prices;
    }
}
