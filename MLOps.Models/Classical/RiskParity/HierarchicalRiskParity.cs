using MathNet.Numerics.LinearAlgebra;
using MLOps.Models.Classical.Portfolio;

namespace MLOps.Models.Classical.RiskParity;

/// <summary>Hierarchical risk parity (López de Prado 2016, "Building diversified portfolios that outperform out of sample"): assets are ordered by a tree of their correlations, and the weight is halved down that order, each half by the inverse of its variance. Nothing is inverted, so a singular covariance is no obstacle.</summary>
/// <param name="Merges">The tree.</param>
/// <param name="Order">Assets from left to right under it.</param>
/// <param name="Weights">All positive, sum 1, in the assets' own order.</param>
public sealed record HierarchicalRiskParity(IReadOnlyList<Merge> Merges, IReadOnlyList<int> Order, IReadOnlyList<double> Weights)
{
    /// <exception cref="ArgumentException">The covariance is empty, not square, not finite, or an asset has no variance.</exception>
    public static HierarchicalRiskParity Of(Matrix<double> covariance, Linkage linkage = Linkage.Nearest, AssetDistance distance = AssetDistance.Correlation)
    {
        Check(covariance);
        var merges = Clustering.Tree(Distances(covariance, distance), linkage);
        var order = Clustering.Leaves(merges);
        return new HierarchicalRiskParity(merges, order, Bisect(covariance, order));
    }

    /// <summary>The weights for an order of the assets: recursive bisection.</summary>
    public static double[] Bisect(Matrix<double> covariance, IReadOnlyList<int> order)
    {
        var weights = Enumerable.Repeat(1.0, order.Count).ToArray();
        foreach (var (left, right) in Halves(order))
        {
            var (onLeft, onRight) = (Variance(covariance, left), Variance(covariance, right));
            var share = onRight / (onLeft + onRight);
            left.ForEach(asset => weights[asset] *= share);
            right.ForEach(asset => weights[asset] *= 1 - share);
        }

        return weights;
    }

    /// <summary>Every cut of the bisection: the assets on its left and on its right; an odd number leaves one more on the right.</summary>
    internal static IEnumerable<(List<int> Left, List<int> Right)> Halves(IReadOnlyList<int> order)
    {
        if (order.Count < 2)
        {
            yield break;
        }

        List<int> left = [.. order.Take(order.Count / 2)];
        List<int> right = [.. order.Skip(left.Count)];
        yield return (left, right);
        foreach (var half in Halves(left).Concat(Halves(right)))
        {
            yield return half;
        }
    }

    private static void Check(Matrix<double> covariance)
    {
        if (covariance.RowCount != covariance.ColumnCount || covariance.Enumerate().Any(value => !double.IsFinite(value)))
        {
            throw new ArgumentException($"The covariance is {covariance.RowCount} by {covariance.ColumnCount}; it must be square and of finite numbers.");
        }

        if (covariance.Diagonal().MinimumIndex() is var asset && covariance[asset, asset] <= 0)
        {
            throw new ArgumentException($"Asset {asset} (counted from 0) has the variance {covariance[asset, asset]}; one that never changes cannot share risk. Remove it.");
        }
    }

    private static double[,] Distances(Matrix<double> covariance, AssetDistance distance)
    {
        var direct = Covariance.Correlation(covariance).Map(correlation => Math.Sqrt((1 - correlation) / 2), Zeros.Include);
        if (distance == AssetDistance.Correlation)
        {
            return direct.ToArray();
        }

        return Matrix<double>.Build.Dense(direct.RowCount, direct.RowCount, (i, j) => (direct.Column(i) - direct.Column(j)).L2Norm()).ToArray();
    }

    /// <summary>Variance of a group that is weighted by inverse variances.</summary>
    private static double Variance(Matrix<double> covariance, List<int> group)
    {
        var total = group.Sum(asset => 1 / covariance[asset, asset]);
        return group.Sum(i => group.Sum(j => covariance[i, j] / (covariance[i, i] * covariance[j, j]))) / (total * total);
    }
}
