using System.Globalization;
using MathNet.Numerics.LinearAlgebra;
using MLOps.Models.Catalog;

namespace MLOps.Models.Classical.Garch;

/// <summary>Maximum likelihood for conditional-variance models with a constant mean.</summary>
internal static class GarchFitter
{
    public const int MinimumObservations = 100;

    /// <summary>Starting points that are optimised when the best one ends at a bound.</summary>
    private const int Restarts = 3;

    /// <param name="series">Returns; any unit.</param>
    /// <param name="iteration">Hears number, log-likelihood and gradient norm of every iteration.</param>
    /// <exception cref="ModelTrainingException">Too few, non-finite or constant observations, or no convergence.</exception>
    public static GarchFit Fit(
        double[] series, VarianceRecursion recursion, InnovationDensity density, int maximumIterations, Action<int, double, double> iteration)
    {
        var scale = Scale(series);
        var scaled = Array.ConvertAll(series, y => y / scale);
        var unitShift = -series.Length * Math.Log(scale);
        var fitted = recursion.Fitted;
        var likelihood = new GarchLikelihood(scaled, fitted, density);
        var bounds = Bounds(fitted, density);
        var outerProducts = new double[likelihood.Parameters * likelihood.Parameters];
        var optimiser = new BoxNewton(
            bounds,
            (point, gradient, hessian) => likelihood.Evaluate(point, gradient, hessian, outerProducts),
            point => likelihood.Value(point));

        var done = 0;
        BoxNewtonResult Optimise(double[] start, IReadOnlySet<int> held)
        {
            var before = done;
            return optimiser.Maximise(start, held, maximumIterations, (i, value, slope) =>
            {
                done = before + i;
                iteration(done, value + unitShift, slope);
            });
        }

        var starts = StartingPoints(scaled, fitted, density, likelihood);
        var best = Optimise(starts[0], new HashSet<int>());
        if (AtBound(best.Point, bounds).Any())
        {
            best = starts.Skip(1).Take(Restarts - 1)
                .Select(start => Optimise(start, new HashSet<int>()))
                .Append(best)
                .Where(candidate => candidate.Converged)
                .DefaultIfEmpty(best)
                .MaxBy(candidate => candidate.Value)!;
        }

        var cornered = false;
        if (fitted.HasCorners)
        {
            (best, cornered) = new CornerSearch(scaled, likelihood, Optimise).Improve(best);
        }

        var held = fitted.Unidentified(best.Point).ToDictionary(entry => entry.Index, entry => entry.Value);
        if (held.Count > 0)
        {
            var start = best.Point.Select((value, i) => held.GetValueOrDefault(i, value)).ToArray();
            best = Optimise(start, cornered ? [0, .. held.Keys] : held.Keys.ToHashSet());
        }

        if (!best.Converged)
        {
            throw new ModelTrainingException(string.Create(
                CultureInfo.InvariantCulture,
                $"The fit did not converge in {done} iterations: log-likelihood {best.Value + unitShift:F6}, largest slope {best.Slope:E2} at ({string.Join(", ", best.Point.Select(value => value.ToString("G6", CultureInfo.InvariantCulture)))}) for unit variance. Raise max_iterations, give a longer series, or take the other distribution of innovations."));
        }

        int[] atBound = [.. AtBound(best.Point, bounds)];
        return Describe(series, recursion, density, cornered ? [0, .. atBound] : atBound, best, scale, unitShift, done);
    }

    private static double Scale(double[] series)
    {
        if (series.Length < MinimumObservations)
        {
            throw new ModelTrainingException($"The series has {series.Length} observations, but at least {MinimumObservations} are needed to tell the parameters apart.");
        }

        var bad = Array.FindIndex(series, y => !double.IsFinite(y));
        if (bad >= 0)
        {
            throw new ModelTrainingException($"Observation {bad} (counted from 0) is {series[bad].ToString(CultureInfo.InvariantCulture)}; every observation must be a finite number.");
        }

        var mean = series.Average();
        var deviation = Math.Sqrt(series.Average(y => (y - mean) * (y - mean)));
        var largest = series.Max(Math.Abs);
        return deviation > 1e-12 * largest
            ? deviation
            : throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"The series is constant ({mean:G6}): there is no variance to model. Check the price column."));
    }

    private static (double Lower, double Upper)[] Bounds(VarianceRecursion recursion, InnovationDensity density)
    {
        var bounds = recursion.Bounds.Prepend((Lower: -10.0, Upper: 10.0));
        return density.HasShape ? [.. bounds, (density.Shape.Lower, density.Shape.Upper)] : [.. bounds];
    }

    /// <summary>The recursion's suggestions, most likely first.</summary>
    private static List<double[]> StartingPoints(double[] scaled, VarianceRecursion recursion, InnovationDensity density, GarchLikelihood likelihood)
    {
        var mean = scaled.Average();
        return [.. recursion.StartingPoints
            .Select(point => density.HasShape ? (double[])[mean, .. point, density.Shape.Start] : [mean, .. point])
            .Select(point => (Point: point, Value: likelihood.Value(point)))
            .Where(candidate => double.IsFinite(candidate.Value))
            .OrderByDescending(candidate => candidate.Value)
            .Select(candidate => candidate.Point)];
    }

    private static IEnumerable<int> AtBound(double[] point, (double Lower, double Upper)[] bounds) =>
        Enumerable.Range(0, point.Length).Where(i => point[i] <= bounds[i].Lower || point[i] >= bounds[i].Upper);

    private static GarchFit Describe(
        double[] series,
        VarianceRecursion recursion,
        InnovationDensity density,
        int[] atBound,
        BoxNewtonResult best,
        double scale,
        double unitShift,
        int iterations)
    {
        string[] names = density.HasShape ? ["mu", .. recursion.Parameters, "nu"] : ["mu", .. recursion.Parameters];
        var inBox = (double[])best.Point.Clone();
        inBox[0] *= scale;
        recursion.Rescale(inBox.AsSpan(1, recursion.Parameters.Count), scale);
        var theta = (double[])inBox.Clone();
        recursion.Report(theta.AsSpan(1, recursion.Parameters.Count));
        var likelihood = new GarchLikelihood(series, recursion, density);
        var variances = likelihood.Variances(theta);

        // Where a bound holds one of the box's parameters, the others' errors are those of moves along the bound.
        var errors = atBound.Length == 0
            ? Errors(likelihood, theta, atBound)
            : Errors(new GarchLikelihood(series, recursion.Fitted, density), inBox, atBound);
        return new GarchFit(
            names,
            theta,
            errors,
            best.Value + unitShift,
            recursion.Persistence(theta),
            [.. atBound.Select(i => names[i])],
            best.Slope,
            iterations,
            variances[..^1],
            variances[^1]);
    }

    private static StandardErrors Errors(GarchLikelihood likelihood, double[] point, int[] atBound)
    {
        var n = point.Length;
        var (gradient, hessian, outerProducts) = (new double[n], new double[n * n], new double[n * n]);
        likelihood.Evaluate(point, gradient, hessian, outerProducts);
        int[] free = [.. Enumerable.Range(0, n).Except(atBound)];
        var information = -Restrict(hessian, free, n);
        var opg = Restrict(outerProducts, free, n);
        var byHessian = InverseOf(information);
        var byOuterProducts = InverseOf(opg);
        return new StandardErrors(
            Roots(byHessian, free, n),
            Roots(byOuterProducts, free, n),
            Roots(byHessian is null ? null : byHessian * opg * byHessian, free, n));
    }

    private static Matrix<double> Restrict(double[] matrix, int[] free, int n) =>
        Matrix<double>.Build.Dense(free.Length, free.Length, (i, j) => matrix[(free[i] * n) + free[j]]);

    /// <summary>The inverse through a unit-diagonal Cholesky factor, or null where the matrix is not positive definite.</summary>
    private static Matrix<double>? InverseOf(Matrix<double> matrix)
    {
        var scale = Matrix<double>.Build.DenseOfDiagonalVector(matrix.Diagonal().Map(value => 1 / Math.Sqrt(Math.Max(value, double.Epsilon))));
        var inverse = SymmetricSolver.TryCholesky(scale * matrix * scale)?.Solve(Matrix<double>.Build.DenseIdentity(matrix.RowCount));
        return inverse is null ? null : scale * inverse * scale;
    }

    private static double[] Roots(Matrix<double>? covariance, int[] free, int parameters)
    {
        var roots = Enumerable.Repeat(double.NaN, parameters).ToArray();
        for (var k = 0; covariance is not null && k < free.Length; k++)
        {
            roots[free[k]] = Math.Sqrt(covariance[k, k]);
        }

        return roots;
    }
}
