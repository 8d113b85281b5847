using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace MLOps.Bench.Fits;

/// <summary>GARCH(1,1) as a textbook writes it: the likelihood as a function of four numbers, given to a simplex search that needs no derivatives. No standard errors.</summary>
internal static class NaiveGarch
{
    /// <returns>The log-likelihood that was reached.</returns>
    public static double Fit(double[] y)
    {
        var mean = y.Average();
        var variance = y.Average(value => (value - mean) * (value - mean));
        var search = new NelderMeadSimplex(1e-8, 5000);
        var found = search.FindMinimum(
            ObjectiveFunction.Value(point => -LogLikelihood(y, point)),
            Vector<double>.Build.DenseOfArray([mean, 0.05 * variance, 0.1, 0.85]));
        return -found.FunctionInfoAtMinimum.Value;
    }

    private static double LogLikelihood(double[] y, Vector<double> theta)
    {
        var (mu, omega, alpha, beta) = (theta[0], theta[1], theta[2], theta[3]);
        if (omega <= 0 || alpha < 0 || beta < 0 || beta >= 1)
        {
            return -1e10;
        }

        var presample = y.Average(value => Math.Pow(value - mu, 2));
        var h = omega + ((alpha + beta) * presample);
        var sum = 0.0;
        foreach (var value in y)
        {
            var square = Math.Pow(value - mu, 2);
            sum -= 0.5 * (Math.Log(2 * Math.PI) + Math.Log(h) + (square / h));
            h = omega + (alpha * square) + (beta * h);
        }

        return sum;
    }
}
