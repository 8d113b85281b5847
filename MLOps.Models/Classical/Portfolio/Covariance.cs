using MathNet.Numerics.LinearAlgebra;

namespace MLOps.Models.Classical.Portfolio;

/// <summary>Estimates of the covariance of returns, one row a day and one column an asset.</summary>
public static class Covariance
{
    /// <summary>The sample covariance (divisor T − 1).</summary>
    public static Matrix<double> Sample(IReadOnlyList<double[]> returns)
    {
        var centred = Centred(returns);
        return Symmetric(centred.TransposeThisAndMultiply(centred) / (returns.Count - 1));
    }

    /// <summary>Ledoit and Wolf (2004), "A well-conditioned estimator for large-dimensional covariance matrices": the sample covariance (divisor T) drawn towards the identity times the mean variance,
    /// by as much as its own estimation error asks. Positive definite also with fewer days than assets.</summary>
    public static Matrix<double> LedoitWolf(IReadOnlyList<double[]> returns)
    {
        var centred = Centred(returns);
        var (days, assets) = (centred.RowCount, centred.ColumnCount);
        var sample = Symmetric(centred.TransposeThisAndMultiply(centred) / days);
        var target = Matrix<double>.Build.DenseDiagonal(assets, assets, sample.Trace() / assets);
        var distance = SquaredNorm(sample - target);
        var sampleNorm = SquaredNorm(sample);

        // Σₜ‖xₜxₜ' − S‖² = Σₜ|xₜ|⁴ − T‖S‖², without making the T matrices.
        var fourth = centred.EnumerateRows().Sum(row => Math.Pow(row.DotProduct(row), 2));
        var error = Math.Min(distance, ((fourth / days) - sampleNorm) / days);
        return distance == 0 ? sample : ((error / distance) * target) + ((1 - (error / distance)) * sample);
    }

    /// <summary>Correlations of a covariance matrix.</summary>
    public static Matrix<double> Correlation(Matrix<double> covariance)
    {
        var deviations = covariance.Diagonal().PointwiseSqrt();
        return Matrix<double>.Build.Dense(covariance.RowCount, covariance.ColumnCount, (i, j) => i == j ? 1 : Math.Clamp(covariance[i, j] / (deviations[i] * deviations[j]), -1, 1));
    }

    /// <summary>Mean of each column.</summary>
    public static double[] Means(IReadOnlyList<double[]> returns) =>
        [.. Enumerable.Range(0, returns[0].Length).Select(asset => returns.Average(row => row[asset]))];

    private static Matrix<double> Centred(IReadOnlyList<double[]> returns)
    {
        var means = Means(returns);
        return Matrix<double>.Build.Dense(returns.Count, means.Length, (day, asset) => returns[day][asset] - means[asset]);
    }

    private static double SquaredNorm(Matrix<double> matrix) => matrix.Enumerate().Sum(value => value * value);

    private static Matrix<double> Symmetric(Matrix<double> matrix) => (matrix + matrix.Transpose()) / 2;
}
