using System.Text.Json;
using CsCheck;
using MathNet.Numerics.LinearAlgebra;
using MLOps.Models.Classical.Portfolio;
using MLOps.Models.Data;
using MLOps.Testing;

namespace MLOps.Models.Tests.Portfolio;

public sealed class CriticalLineTests
{
    private static readonly JsonElement TenAssets = TestSeries.Reference("portfolio-reference.json", "cla_10asset");

    [Fact]
    public void TurningPoints_TenAssets_AgreeWithReferenceToSixDigits()
    {
        var line = TenAssetLine();
        var expected = TenAssets.GetProperty("turning_points").EnumerateArray().ToArray();

        Assert.Equal(expected.Length, line.TurningPoints.Count);
        Assert.All(expected.Zip(line.TurningPoints), pair =>
        {
            var (reference, point) = pair;
            var lambda = reference.GetProperty("lam");
            AssertDigits([lambda.ValueKind == JsonValueKind.Null ? double.PositiveInfinity : lambda.GetDouble()], [point.Lambda], 9);
            AssertDigits(reference.GetProperty("weights").Numbers(), point.Weights, 9);
            AssertDigits([reference.GetProperty("ret").GetDouble(), reference.GetProperty("risk").GetDouble()], [point.Return, point.Risk], 9);
        });
    }

    [Fact]
    public void MaximumSharpeAndMinimumVariance_TenAssets_AgreeWithReference()
    {
        var line = TenAssetLine();
        var sharpe = TenAssets.GetProperty("max_sharpe");
        AssertDigits(sharpe.GetProperty("weights").Numbers(), line.MaximumSharpe().Weights, 6);
        AssertDigits([sharpe.GetProperty("sharpe").GetDouble()], [line.MaximumSharpe().Sharpe], 12);
        AssertDigits(TenAssets.GetProperty("min_var").GetProperty("weights").Numbers(), line.MinimumVariance.Weights, 10);
    }

    [Fact]
    public void MinimumVariance_Dow30_AgreesWithReference()
    {
        var expected = TestSeries.Reference("portfolio-reference.json", "dow30");
        var returns = AssetPanel.From(TestSeries.Dow30, 2).LogReturns();

        var line = new CriticalLine(Covariance.Means(returns), Covariance.Sample(returns), new double[30], Repeat(1, 30));

        Assert.Equal(2528, returns.Length);
        Assert.All(expected.GetProperty("min_var").Numbers().Zip(line.MinimumVariance.Weights), pair => Assert.Equal(pair.First, pair.Second, 1e-7));
        AssertDigits([expected.GetProperty("min_var_vol_daily").GetDouble()], [line.MinimumVariance.Risk], 9);
    }

    /// <summary>The conditions that make a portfolio optimal hold at and between all turning points, whatever the means, covariance and bounds, ties among them.</summary>
    [Fact]
    public void At_AnyProblem_IsOptimal() => Gen.Select(Gen.Int[1, 9], Gen.Int[0, 1_000_000]).Sample(
        (count, seed) =>
        {
            var (means, covariance, lower, upper) = Problem(count, seed);
            var line = new CriticalLine(means, covariance, lower, upper);
            Assert.Equal(double.PositiveInfinity, line.TurningPoints[0].Lambda);
            Assert.Equal(0, line.TurningPoints[^1].Lambda);
            for (var k = 1; k < line.TurningPoints.Count; k++)
            {
                var (low, high) = (line.TurningPoints[k].Lambda, line.TurningPoints[k - 1].Lambda);
                Assert.True(high > low, $"λ goes from {low} to {high}.");
                AssertOptimal(line, low, means, covariance, lower, upper);
                AssertOptimal(line, double.IsInfinity(high) ? (10 * low) + 10 : (low + high) / 2, means, covariance, lower, upper);
            }
        },
        iter: 1000);

    /// <summary>With all means equal there is one efficient portfolio; with two best assets the largest return goes to their least variance.</summary>
    [Fact]
    public void TurningPoints_EqualMeans_HaveOnePortfolio()
    {
        var covariance = Matrix<double>.Build.DenseOfDiagonalArray([1, 2, 4]);
        var same = new CriticalLine([0.1, 0.1, 0.1], covariance, new double[3], Repeat(1, 3));
        Assert.Equal([double.PositiveInfinity, 0], same.TurningPoints.Select(point => point.Lambda));
        AssertDigits([4 / 7.0, 2 / 7.0, 1 / 7.0], same.TurningPoints[0].Weights, 14);

        var twoBest = new CriticalLine([0.1, 0.2, 0.2], covariance, new double[3], Repeat(1, 3));
        AssertDigits([0, 2 / 3.0, 1 / 3.0], twoBest.TurningPoints[0].Weights, 14);
    }

    [Fact]
    public void TurningPoints_OtherUnits_KeepTheWeights()
    {
        var (mean, covariance) = Inputs();
        var line = new CriticalLine([.. mean.Select(m => m * 1e-4)], covariance * 1e-8, new double[10], Repeat(1, 10));
        Assert.All(TenAssetLine().TurningPoints.Zip(line.TurningPoints), pair =>
        {
            AssertDigits([pair.First.Lambda * 1e-4], [pair.Second.Lambda], 9);
            AssertDigits(pair.First.Weights, pair.Second.Weights, 9);
        });
    }

    [Fact]
    public void Constructor_SingularCovarianceOrImpossibleBounds_IsRefused()
    {
        var twins = Matrix<double>.Build.DenseOfArray(new[,] { { 1.0, 1 }, { 1, 1 } });
        Assert.Throws<NotPositiveDefiniteException>(() => new CriticalLine([1, 2], twins, new double[2], Repeat(1, 2)));
        var apart = Matrix<double>.Build.DenseIdentity(2);
        Assert.Contains("sum", Assert.Throws<ArgumentException>(() => new CriticalLine([1, 2], apart, new double[2], Repeat(0.4, 2))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new CriticalLine([1, double.NaN], apart, new double[2], Repeat(1, 2)));
    }

    internal static (double[] Means, Matrix<double> Covariance) Inputs() =>
        (TenAssets.GetProperty("mu").Numbers(), Matrix<double>.Build.DenseOfRowArrays(TenAssets.GetProperty("cov").Rows()));

    internal static CriticalLine TenAssetLine()
    {
        var (mean, covariance) = Inputs();
        return new CriticalLine(mean, covariance, new double[10], Repeat(1, 10));
    }

    internal static double[] Repeat(double value, int count) => [.. Enumerable.Repeat(value, count)];

    /// <summary>Means on a coarse grid, so that ties are common; bounds of which some leave no room.</summary>
    internal static (double[] Means, Matrix<double> Covariance, double[] Lower, double[] Upper) Problem(int count, int seed)
    {
#pragma warning disable CA5394 // Made-up problems, not secrets.
        var random = new Random(seed);
        double[] means = [.. Enumerable.Range(0, count).Select(_ => random.Next(4) / 10.0)];
        var factors = Matrix<double>.Build.Dense(count, count + 2, (_, _) => seed % 5 == 0 ? random.Next(-1, 2) : random.NextDouble() - 0.5);
        var covariance = (factors * factors.Transpose()) + (0.05 * Matrix<double>.Build.DenseIdentity(count));
        double[] lower = [.. Enumerable.Range(0, count).Select(_ => seed % 2 == 0 ? 0 : (random.Next(5) - 4) / (10.0 * count))];
        double[] upper = [.. Enumerable.Range(0, count).Select(i => seed % 3 == 0 ? 1 : random.Next(5) == 0 ? lower[i] : (1 + random.Next(3)) * 1.0 / count)];
#pragma warning restore CA5394
        upper[0] += Math.Max(0, 1 - upper.Sum());
        return (means, covariance, lower, upper);
    }

    /// <summary>One price of the budget fits all: no asset that may grow is cheaper than one that may shrink.</summary>
    private static void AssertOptimal(CriticalLine line, double lambda, double[] means, Matrix<double> covariance, double[] lower, double[] upper)
    {
        var weights = line.At(lambda).Weights;
        var cost = (covariance * Vector<double>.Build.DenseOfEnumerable(weights)).Select((c, i) => c - (lambda * means[i])).ToArray();
        Assert.Equal(1, weights.Sum(), 1e-10);
        Assert.All(Enumerable.Range(0, weights.Count), i => Assert.InRange(weights[i], lower[i] - 1e-10, upper[i] + 1e-10));
        var growing = Enumerable.Range(0, weights.Count).Where(i => weights[i] < upper[i] - 1e-9).Select(i => cost[i]).DefaultIfEmpty(double.PositiveInfinity).Min();
        var shrinking = Enumerable.Range(0, weights.Count).Where(i => weights[i] > lower[i] + 1e-9).Select(i => cost[i]).DefaultIfEmpty(double.NegativeInfinity).Max();
        Assert.True(growing >= shrinking - (1e-8 * (1 + lambda)), $"At λ = {lambda} weight goes from a cost of {shrinking} to one of {growing}.");
    }

    private static void AssertDigits(IReadOnlyList<double> expected, IReadOnlyList<double> actual, double digits)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.All(expected.Zip(actual), pair => Assert.True(
            pair.First.Equals(pair.Second) || Lre.Of(pair.Second, pair.First) >= digits,
            $"Expected {pair.First:R}, got {pair.Second:R}: {Lre.Of(pair.Second, pair.First):F1} digits."));
    }
}
