using System.Globalization;
using MathNet.Numerics.LinearAlgebra;
using MLOps.Models.Catalog;
using MLOps.Models.Classical.Garch;

namespace MLOps.Models.Classical.Likelihood;

/// <summary>Maximum likelihood of up to three parameters in a box, by Newton steps with the exact derivatives of a likelihood in jets.</summary>
/// <param name="logLikelihood">Of exactly three numbers; those that the model does not have are held.</param>
/// <param name="bounds">One a parameter that the model has.</param>
internal sealed class JetMaximum(Func<Jet, Jet, Jet, Jet> logLikelihood, IReadOnlyList<(double Lower, double Upper)> bounds)
{
    private const int Parameters = 3;
    private const int MaximumIterations = 300;

    /// <summary>Climbs from the best of the starting points, and from the next ones where that leads to a bound or nowhere.</summary>
    /// <param name="iteration">Hears number, log-likelihood and largest slope; may throw to cancel.</param>
    /// <exception cref="ModelTrainingException">No start converges.</exception>
    public JetFit Maximise(IEnumerable<double[]> starts, Action<int, double, double> iteration)
    {
        var newton = new BoxNewton([.. bounds, .. Enumerable.Repeat((0.0, 0.0), Parameters - bounds.Count)], Evaluate, Value);
        var held = Enumerable.Range(bounds.Count, Parameters - bounds.Count).ToHashSet();
        var done = 0;
        BoxNewtonResult? best = null;
        foreach (var start in Ordered(starts).Take(4))
        {
            var before = done;
            var found = newton.Maximise(start, held, MaximumIterations, (i, value, slope) =>
            {
                done = before + i;
                iteration(done, value, slope);
            });
            best = best is null || (found.Converged && (!best.Converged || found.Value > best.Value)) ? found : best;
            if (best.Converged && !AtBound(best.Point).Any())
            {
                break;
            }
        }

        return best is { Converged: true }
            ? new JetFit(best.Point[..bounds.Count], Errors(best.Point), best.Value, [.. AtBound(best.Point)], best.Slope, done)
            : throw new ModelTrainingException(string.Create(
                CultureInfo.InvariantCulture,
                $"The fit did not converge in {done} iterations{(best is null ? ": the likelihood is not finite at any starting point" : $": log-likelihood {best.Value:F6}, largest slope {best.Slope:E2}")}. Check the series, or give a longer one."));
    }

    private List<double[]> Ordered(IEnumerable<double[]> starts) =>
    [
        .. starts
            .Select(start => start.Concat(new double[Parameters - start.Length]).ToArray())
            .Select(start => (Start: start, Value: Value(start)))
            .Where(candidate => double.IsFinite(candidate.Value))
            .OrderByDescending(candidate => candidate.Value)
            .Select(candidate => candidate.Start),
    ];

    private IEnumerable<int> AtBound(double[] point) =>
        Enumerable.Range(0, bounds.Count).Where(i => point[i] <= bounds[i].Lower || point[i] >= bounds[i].Upper);

    private double Value(double[] point) => logLikelihood(point[0], point[1], point[2]).Value;

    private double Evaluate(double[] point, double[] gradient, double[] hessian)
    {
        var jet = logLikelihood(Jet.Parameter(0, point[0]), Jet.Parameter(1, point[1]), Jet.Parameter(2, point[2]));
        ((double[])[jet.D0, jet.D1, jet.D2]).CopyTo(gradient, 0);
        ((double[])[jet.D00, jet.D01, jet.D02, jet.D01, jet.D11, jet.D12, jet.D02, jet.D12, jet.D22]).CopyTo(hessian, 0);
        return jet.Value;
    }

    private double[] Errors(double[] point)
    {
        var hessian = new double[Parameters * Parameters];
        Evaluate(point, new double[Parameters], hessian);
        int[] free = [.. Enumerable.Range(0, bounds.Count).Except(AtBound(point))];
        var errors = Enumerable.Repeat(double.NaN, bounds.Count).ToArray();
        if (free.Length == 0)
        {
            return errors;
        }

        var information = Matrix<double>.Build.Dense(free.Length, free.Length, (i, j) => -hessian[(free[i] * Parameters) + free[j]]);
        var covariance = SymmetricSolver.TryCholesky(information)?.Solve(Matrix<double>.Build.DenseIdentity(free.Length));
        for (var k = 0; covariance is not null && k < free.Length; k++)
        {
            errors[free[k]] = Math.Sqrt(covariance[k, k]);
        }

        return errors;
    }
}
