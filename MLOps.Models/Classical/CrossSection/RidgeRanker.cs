using MathNet.Numerics.LinearAlgebra;

namespace MLOps.Models.Classical.CrossSection;

/// <summary>Ridge regression of the standardised ranks of later returns on standardised features, all cross-sections together.</summary>
internal static class RidgeRanker
{
    /// <param name="penalty">Times the number of observations, so that it means the same whatever their number.</param>
    public static double[] Fit(IReadOnlyList<(double[][] Features, double[] Forward)> sections, double penalty)
    {
        var count = sections[0].Features[0].Length;
        var (gram, pulls, rows) = (Matrix<double>.Build.Dense(count, count), Vector<double>.Build.Dense(count), 0);
        foreach (var (features, forward) in sections)
        {
            var x = Matrix<double>.Build.DenseOfRowArrays(features);
            gram += x.TransposeThisAndMultiply(x);
            pulls += x.TransposeThisAndMultiply(Vector<double>.Build.DenseOfArray(Targets(forward)));
            rows += features.Length;
        }

        return [.. (gram + (penalty * rows * Matrix<double>.Build.DenseIdentity(count))).Solve(pulls)];
    }

    private static double[] Targets(double[] forward)
    {
        var ranks = RankCorrelation.Ranks(forward);
        var mean = (ranks.Length + 1) / 2.0;
        var deviation = Math.Sqrt(ranks.Average(rank => (rank - mean) * (rank - mean)));
        return Array.ConvertAll(ranks, rank => deviation == 0 ? 0 : (rank - mean) / deviation);
    }
}
