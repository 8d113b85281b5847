using MLOps.Models.Catalog;
using MLOps.Models.Classical.Garch;

namespace MLOps.Models.Classical.EnsembleRegime;

/// <summary>Conditional logit (McFadden 1974): P(k) ∝ exp(Σ θⱼ xₖⱼ). A softmax regression and a log-pool are both of this kind; the likelihood is concave, so there is one maximum.</summary>
internal static class ChoiceModel
{
    private const int MaximumIterations = 200;

    /// <summary>Maximises the mean log-likelihood, less half the ridge times the squared coefficients, within bounds. Never ends below where it starts.</summary>
    /// <param name="cases">[cases][alternatives][coefficients].</param>
    /// <param name="choices">Chosen alternative of each case.</param>
    public static double[] Fit(
        IReadOnlyList<double[][]> cases,
        IReadOnlyList<int> choices,
        double[] start,
        IReadOnlyList<(double Lower, double Upper)> bounds,
        double ridge,
        CancellationToken cancellationToken)
    {
        var (gradient, hessian) = (new double[start.Length], new double[start.Length * start.Length]);
        var newton = new BoxNewton(
            bounds,
            (point, slope, curvature) => Objective(cases, choices, point, ridge, slope, curvature),
            point => Objective(cases, choices, point, ridge, gradient, hessian));
        var result = newton.Maximise(start, new HashSet<int>(), MaximumIterations, (_, _, _) => cancellationToken.ThrowIfCancellationRequested());
        return result.Converged
            ? result.Point
            : throw new ModelTrainingException($"A choice model of {start.Length} coefficients did not converge in {result.Iterations} iterations; the largest slope left is {result.Slope:E1}.");
    }

    /// <summary>Probabilities of a case's alternatives.</summary>
    public static double[] Probabilities(double[][] alternatives, double[] coefficients)
    {
        double[] utilities = [.. alternatives.Select(row => row.Zip(coefficients, (x, theta) => x * theta).Sum())];
        var largest = utilities.Max();
        double[] weights = [.. utilities.Select(utility => Math.Exp(utility - largest))];
        var sum = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / sum);
    }

    private static double Objective(IReadOnlyList<double[][]> cases, IReadOnlyList<int> choices, double[] point, double ridge, double[] gradient, double[] hessian)
    {
        var n = point.Length;
        Array.Clear(gradient);
        Array.Clear(hessian);
        var value = 0.0;
        var mean = new double[n];
        for (var i = 0; i < cases.Count; i++)
        {
            var probabilities = Probabilities(cases[i], point);
            value += Math.Log(Math.Max(1e-300, probabilities[choices[i]])) / cases.Count;
            Array.Clear(mean);
            for (var k = 0; k < probabilities.Length; k++)
            {
                for (var j = 0; j < n; j++)
                {
                    mean[j] += probabilities[k] * cases[i][k][j];
                }
            }

            for (var j = 0; j < n; j++)
            {
                gradient[j] += (cases[i][choices[i]][j] - mean[j]) / cases.Count;
            }

            AddCurvature(cases[i], probabilities, mean, hessian, cases.Count);
        }

        for (var j = 0; j < n; j++)
        {
            value -= 0.5 * ridge * point[j] * point[j];
            gradient[j] -= ridge * point[j];
            hessian[(j * n) + j] -= ridge;
        }

        return value;
    }

    /// <summary>Minus the covariance of the regressors under the probabilities.</summary>
    private static void AddCurvature(double[][] alternatives, double[] probabilities, double[] mean, double[] hessian, int count)
    {
        var n = mean.Length;
        for (var k = 0; k < probabilities.Length; k++)
        {
            for (var a = 0; a < n; a++)
            {
                var weight = probabilities[k] * (alternatives[k][a] - mean[a]) / count;
                for (var b = 0; b < n; b++)
                {
                    hessian[(a * n) + b] -= weight * (alternatives[k][b] - mean[b]);
                }
            }
        }
    }
}
