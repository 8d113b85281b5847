using MathNet.Numerics.LinearAlgebra;

namespace MLOps.Models.Features;

/// <summary>What the allocator's state describes: up to 12 assets as they are, more of them by their first 8 principal portfolios.</summary>
/// <param name="Assets">Names, in the order of the columns and of the weights.</param>
/// <param name="Loadings">One row a factor, one column an asset; the absolute loadings of a factor sum to 1.</param>
public sealed record AllocationFactors(IReadOnlyList<string> Assets, double[][] Loadings)
{
    /// <summary>Most assets that the state can describe one by one: two features each.</summary>
    public const int MostAssets = AllocationState.Size / 2;

    private const int PrincipalPortfolios = 8;

    public bool ArePrincipal => Assets.Count > MostAssets;

    /// <summary>Principal portfolios are those of the given returns' covariance and of no others; each has a sum of loadings that is not negative.</summary>
    /// <param name="returns">Log returns, one row a time, one column an asset.</param>
    public static AllocationFactors Fit(IReadOnlyList<string> assets, IReadOnlyList<double[]> returns)
    {
        if (assets.Count <= MostAssets)
        {
            return new AllocationFactors(assets, [.. Enumerable.Range(0, assets.Count).Select(factor => Enumerable.Range(0, assets.Count).Select(asset => asset == factor ? 1.0 : 0).ToArray())]);
        }

        var matrix = Matrix<double>.Build.DenseOfRowArrays(returns);
        var centred = matrix - Matrix<double>.Build.DenseOfRows(Enumerable.Repeat(matrix.ColumnSums() / matrix.RowCount, matrix.RowCount));
        var vectors = (centred.TransposeThisAndMultiply(centred) / matrix.RowCount).Evd(Symmetricity.Symmetric).EigenVectors;
        return new AllocationFactors(assets, [.. Enumerable.Range(1, PrincipalPortfolios).Select(factor => Normalised(vectors.Column(assets.Count - factor).ToArray()))]);
    }

    /// <summary>Values of the factors for values of the assets: returns, or weights.</summary>
    public double[] Of(ReadOnlySpan<double> assets)
    {
        var values = new double[Loadings.Length];
        for (var factor = 0; factor < values.Length; factor++)
        {
            for (var asset = 0; asset < assets.Length; asset++)
            {
                values[factor] += Loadings[factor][asset] * assets[asset];
            }
        }

        return values;
    }

    private static double[] Normalised(double[] vector)
    {
        var scale = vector.Sum(Math.Abs) * (vector.Sum() < 0 ? -1 : 1);
        return [.. vector.Select(loading => loading / scale)];
    }
}
