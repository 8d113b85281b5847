using MathNet.Numerics.LinearAlgebra;

namespace MLOps.Models.Classical.Portfolio;

/// <summary>Minimises ½w'Σw − λμ'w over a <see cref="BudgetBox"/> by accelerated projected-gradient steps: what the exported graph does, since ONNX has no linear solver.</summary>
/// <remarks>FISTA (Beck and Teboulle 2009) with the gradient restart of O'Donoghue and Candès (2015), which makes it linear in the number of steps without knowing how well Σ is conditioned. The step is 1/‖Σ‖∞.</remarks>
internal static class ProjectedGradient
{
    /// <summary>A step that moves no weight by more than this ends the loop.</summary>
    public const double Tolerance = 1e-14;

    /// <returns>The weights, and how far the last step moved them.</returns>
    public static (double[] Weights, double Moved) Minimise(Matrix<double> covariance, IReadOnlyList<double> means, double lambda, BudgetBox box, int steps)
    {
        var count = means.Count;
        var step = 1 / covariance.InfinityNorm();
        var weights = box.Project(new double[count]);
        var (point, momentum, moved) = (weights, 1.0, double.PositiveInfinity);
        for (var i = 0; i < steps && moved > Tolerance; i++)
        {
            var product = covariance * Vector<double>.Build.DenseOfArray(point);
            var next = box.Project([.. point.Select((z, k) => z - (step * (product[k] - (lambda * means[k]))))]);
            moved = next.Zip(point, (a, b) => Math.Abs(a - b)).Max();
            var uphill = Enumerable.Range(0, count).Sum(k => (point[k] - next[k]) * (next[k] - weights[k])) > 0;
            var following = uphill ? 1 : (1 + Math.Sqrt(1 + (4 * momentum * momentum))) / 2;
            var carried = uphill ? 0 : (momentum - 1) / following;
            point = [.. next.Select((w, k) => w + (carried * (w - weights[k])))];
            (weights, momentum) = (next, following);
        }

        return (weights, moved);
    }
}
