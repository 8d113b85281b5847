using CsCheck;
using MathNet.Numerics.LinearAlgebra;
using MLOps.Models.Classical.Portfolio;
using MLOps.Models.Classical.RiskParity;
using MLOps.Models.Data;
using MLOps.Models.Tests.Portfolio;
using MLOps.Testing;

namespace MLOps.Models.Tests.RiskParity;

public sealed class HierarchicalRiskParityTests
{
    [Fact]
    public void Of_Dow30_AgreesWithReference()
    {
        var expected = TestSeries.Reference("portfolio-reference.json", "dow30");

        var parity = HierarchicalRiskParity.Of(Covariance.Sample(AssetPanel.From(TestSeries.Dow30, 2).LogReturns()));

        Assert.Equal(expected.GetProperty("hrp_order").EnumerateArray().Select(item => item.GetInt32()), parity.Order);
        Assert.All(expected.GetProperty("hrp_condensed_single").Numbers().Zip(parity.Weights), pair => Assert.True(Lre.Of(pair.Second, pair.First) >= 12, $"Expected {pair.First:R}, got {pair.Second:R}."));
    }

    [Fact]
    public void Of_AnyCovariance_WeightsArePositiveOfSumOneWhateverTheUnit() => Gen.Select(Gen.Int[1, 12], Gen.Int[0, 1_000_000], Gen.Enum<Linkage>(), Gen.Enum<AssetDistance>()).Sample((count, seed, linkage, distance) =>
    {
        var (_, covariance, _, _) = CriticalLineTests.Problem(count, seed);
        var parity = HierarchicalRiskParity.Of(covariance, linkage, distance);
        Assert.Equal(1, parity.Weights.Sum(), 1e-12);
        Assert.All(parity.Weights, weight => Assert.InRange(weight, double.Epsilon, 1));
        Assert.Equal(Enumerable.Range(0, count), parity.Order.Order());
        var scaled = HierarchicalRiskParity.Of(covariance * 1e-6, linkage, distance);
        Assert.All(parity.Weights.Zip(scaled.Weights), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    });

    /// <summary>Where nothing is correlated there is nothing to cluster: with a power of two of equal variances all weights are equal, otherwise groups go by inverse variance.</summary>
    [Fact]
    public void Bisect_Uncorrelated_IsInverseVariance()
    {
        double[] variances = [1, 4, 2, 8];
        var parity = HierarchicalRiskParity.Of(Matrix<double>.Build.DenseOfDiagonalArray(variances));
        var total = variances.Sum(variance => 1 / variance);
        Assert.All(variances.Zip(parity.Weights), pair => Assert.Equal(1 / pair.First / total, pair.Second, 1e-14));
    }

    [Fact]
    public void Of_PerfectlyCorrelatedTwins_NeedsNoInverse()
    {
        var parity = HierarchicalRiskParity.Of(Matrix<double>.Build.DenseOfArray(new[,] { { 1.0, 1, 0 }, { 1, 1, 0 }, { 0, 0, 1 } }));
        Assert.Equal(2, parity.Merges.Count);
        Assert.Equal(0, parity.Merges[0].Distance);
        Assert.Equal((0, 1, 2), (parity.Merges[0].First, parity.Merges[0].Second, parity.Merges[0].Count));
        Assert.Equal(1, parity.Weights.Sum(), 1e-14);
    }

    [Fact]
    public void Of_AssetWithoutVariance_IsNamed() =>
        Assert.Contains("Asset 1", Assert.Throws<ArgumentException>(() => HierarchicalRiskParity.Of(Matrix<double>.Build.DenseOfDiagonalArray([1, 0]))).Message, StringComparison.Ordinal);

    /// <summary>Points on a line, whose clusterings can be done by hand.</summary>
    [Theory]
    [InlineData(Linkage.Nearest, 1.0, 2.0, 4.0)]
    [InlineData(Linkage.Farthest, 1.0, 3.0, 7.0)]
    [InlineData(Linkage.Mean, 1.0, 2.5, 5.666666666666667)]
    [InlineData(Linkage.Ward, 1.0, 2.886751345948129, 6.940220937885672)]
    public void Tree_FourPointsOnALine_MergesAtKnownDistances(Linkage linkage, double first, double second, double third)
    {
        double[] points = [0, 1, 3, 7];
        var distances = new double[4, 4];
        for (var i = 0; i < 4; i++)
        {
            for (var j = 0; j < 4; j++)
            {
                distances[i, j] = Math.Abs(points[i] - points[j]);
            }
        }

        var merges = Clustering.Tree(distances, linkage);

        Assert.All(merges.Zip([first, second, third]), pair => Assert.Equal(pair.Second, pair.First.Distance, 1e-12));
        Assert.Equal([2, 3, 4], merges.Select(merge => merge.Count));
        Assert.Equal([3, 2, 0, 1], Clustering.Leaves(merges));
    }

    /// <summary>Each merge of any tree joins the two nearest of the clusters that there are.</summary>
    [Theory]
    [InlineData(Linkage.Nearest)]
    [InlineData(Linkage.Farthest)]
    [InlineData(Linkage.Mean)]
    public void Tree_AnyDistances_JoinsTheNearest(Linkage linkage) => Gen.Double[0.01, 1].Array2D[8, 8].Sample(values =>
    {
        var distances = new double[8, 8];
        for (var i = 0; i < 8; i++)
        {
            for (var j = 0; j < 8; j++)
            {
                distances[i, j] = i == j ? 0 : values[Math.Min(i, j), Math.Max(i, j)];
            }
        }

        var clusters = Enumerable.Range(0, 8).ToDictionary(i => i, i => (int[])[i]);
        var merges = Clustering.Tree(distances, linkage);
        for (var k = 0; k < merges.Count; k++)
        {
            var nearest = clusters.Keys.SelectMany(a => clusters.Keys.Where(b => a < b).Select(b => Apart(clusters[a], clusters[b]))).Min();
            Assert.Equal(nearest, merges[k].Distance, 1e-12);
            Assert.Equal(nearest, Apart(clusters[merges[k].First], clusters[merges[k].Second]), 1e-12);
            clusters[8 + k] = [.. clusters[merges[k].First], .. clusters[merges[k].Second]];
            clusters.Remove(merges[k].First);
            clusters.Remove(merges[k].Second);
        }

        double Apart(int[] one, int[] other)
        {
            var pairs = one.SelectMany(i => other.Select(j => distances[i, j]));
            return linkage == Linkage.Nearest ? pairs.Min() : linkage == Linkage.Farthest ? pairs.Max() : pairs.Average();
        }
    });
}
