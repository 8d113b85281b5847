using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace MLOps.Models.Classical.Garch;

/// <summary>Cholesky factors where a matrix may well not have one.</summary>
internal static class SymmetricSolver
{
    /// <summary>The factor, or null where the matrix is not positive definite.</summary>
    public static Cholesky<double>? TryCholesky(Matrix<double> matrix)
    {
        try
        {
            return matrix.Cholesky();
        }
        catch (ArgumentException)
        {
            // MathNet's only way to say "not positive definite".
            return null;
        }
    }
}
