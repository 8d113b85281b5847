using MathNet.Numerics.LinearAlgebra;

namespace MLOps.Models.Classical.Portfolio;

/// <summary>Expected returns that mix what the market's weights imply with an investor's views (Black and Litterman 1992; He and Litterman 1999, "The intuition behind Black-Litterman model portfolios").</summary>
/// <param name="Means">Posterior expected excess returns μ̄.</param>
/// <param name="Covariance">Σ̄ = Σ + M: of returns about a mean that is itself uncertain by M = [(τΣ)⁻¹ + P'Ω⁻¹P]⁻¹.</param>
public sealed record BlackLitterman(IReadOnlyList<double> Means, Matrix<double> Covariance)
{
    /// <summary>Equilibrium excess returns δΣw of an investor of risk aversion δ who holds the market's weights.</summary>
    public static double[] Equilibrium(Matrix<double> covariance, IReadOnlyList<double> marketWeights, double riskAversion) =>
        [.. riskAversion * covariance * Vector<double>.Build.DenseOfEnumerable(marketWeights)];

    /// <param name="equilibrium">Π, one an asset.</param>
    /// <param name="tau">τ: how uncertain Π is, as a share of Σ.</param>
    /// <param name="picks">P: one row a view, one column an asset.</param>
    /// <param name="views">Q: the return that each view expects of its row.</param>
    /// <param name="uncertainty">Diagonal of Ω: variance of each view; 0 is a view held for certain.</param>
    public static BlackLitterman Mix(
        Matrix<double> covariance, IReadOnlyList<double> equilibrium, double tau, Matrix<double> picks, IReadOnlyList<double> views, IReadOnlyList<double> uncertainty)
    {
        var prior = tau * covariance;
        var mean = Vector<double>.Build.DenseOfEnumerable(equilibrium);

        // By the Woodbury identity, so that neither Σ nor Ω need be inverted.
        var towards = prior * picks.Transpose();
        var certainty = (picks * towards) + Matrix<double>.Build.DenseOfDiagonalArray([.. uncertainty]);
        var gain = certainty.Solve(towards.Transpose()).Transpose();
        var posterior = mean + (gain * (Vector<double>.Build.DenseOfEnumerable(views) - (picks * mean)));
        return new BlackLitterman(posterior.ToArray(), covariance + prior - (gain * towards.Transpose()));
    }

    /// <summary>Weights (δΣ̄)⁻¹μ̄ of an investor of risk aversion δ without bounds; they need not have the sum 1.</summary>
    public double[] Weights(double riskAversion) =>
        [.. (riskAversion * Covariance).Solve(Vector<double>.Build.DenseOfEnumerable(Means))];
}
