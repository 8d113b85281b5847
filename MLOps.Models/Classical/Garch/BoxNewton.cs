using MathNet.Numerics.LinearAlgebra;

namespace MLOps.Models.Classical.Garch;

/// <summary>Maximises a smooth function inside a box by Newton steps on the free coordinates, damped until they ascend (projected Levenberg–Marquardt).</summary>
internal sealed class BoxNewton(IReadOnlyList<(double Lower, double Upper)> bounds, BoxNewton.Function function, Func<double[], double> value)
{
    /// <summary>Squared Newton decrement gᵀH⁻¹g at which the gradient is rounding noise: twice the gain that is still to be had.</summary>
    private const double DecrementTolerance = 1e-18;
    private const double SmallestDamping = 1e-9;
    private const double LargestDamping = 1e12;

    public delegate double Function(double[] point, double[] gradient, double[] hessian);

    /// <param name="held">Coordinates that stay where they start.</param>
    /// <param name="iteration">Hears number, value and largest free slope of every iteration; may throw to cancel.</param>
    /// <returns>The point, its value, the largest free slope, the iterations used, and whether it converged.</returns>
    public BoxNewtonResult Maximise(double[] start, IReadOnlySet<int> held, int maximumIterations, Action<int, double, double> iteration)
    {
        var n = start.Length;
        var point = (double[])start.Clone();
        var (gradient, hessian) = (new double[n], new double[n * n]);
        var damping = 0.0;
        for (var i = 1; ; i++)
        {
            var current = function(point, gradient, hessian);
            int[] free = [.. Enumerable.Range(0, n).Where(k => !held.Contains(k) && !PushesOut(point, gradient, k))];
            var slope = free.Select(k => Math.Abs(gradient[k])).DefaultIfEmpty(0).Max();
            iteration(i, current, slope);
            if (!double.IsFinite(current) || !gradient.Concat(hessian).All(double.IsFinite))
            {
                // Nothing can be climbed from where there is no value.
                return new BoxNewtonResult(point, current, double.PositiveInfinity, i, false);
            }

            var step = Step(free, gradient, hessian, ref damping, out var decrement);
            if (decrement <= DecrementTolerance || free.Length == 0)
            {
                return new BoxNewtonResult(point, current, slope, i, true);
            }

            var next = i < maximumIterations ? Climb(point, current, free, gradient, hessian, step, decrement, ref damping) : null;
            if (next is null)
            {
                // No ascent left that double precision can show: converged if what is missing is below it.
                return new BoxNewtonResult(point, current, slope, i, decrement < 1e-10 * (1 + Math.Abs(current)));
            }

            point = next;
        }
    }

    private double[]? Climb(double[] point, double current, int[] free, double[] gradient, double[] hessian, Vector<double> step, double decrement, ref double damping)
    {
        // Near the top the gain drowns in rounding: there a full step may lose that much.
        var slack = 1e-13 * (1 + Math.Abs(current));
        while (true)
        {
            var next = (double[])point.Clone();
            for (var k = 0; k < free.Length; k++)
            {
                next[free[k]] = Math.Clamp(point[free[k]] + step[k], bounds[free[k]].Lower, bounds[free[k]].Upper);
            }

            var reached = value(next);
            if (reached > current || (decrement < 1e-6 && reached > current - slack && damping == 0))
            {
                damping = damping > SmallestDamping ? damping / 10 : 0;
                return next;
            }

            damping = Math.Max(damping * 10, SmallestDamping);
            if (damping > LargestDamping)
            {
                return null;
            }

            step = Step(free, gradient, hessian, ref damping, out decrement);
        }
    }

    /// <summary>Solves (−H + damping·D)·step = g on the free coordinates, with more damping where the matrix is not positive definite.</summary>
    private static Vector<double> Step(int[] free, double[] gradient, double[] hessian, ref double damping, out double decrement)
    {
        var n = gradient.Length;
        var slope = Vector<double>.Build.Dense(free.Length, k => gradient[free[k]]);
        if (free.Length == 0)
        {
            decrement = 0;
            return slope;
        }

        // Scaled to unit diagonal, so that parameters of different size are damped alike.
        var scale = free.Select(k => 1 / Math.Sqrt(Math.Max(Math.Abs(hessian[(k * n) + k]), 1e-12))).ToArray();
        while (true)
        {
            var added = damping;
            var matrix = Matrix<double>.Build.Dense(free.Length, free.Length, (i, j) =>
                (-hessian[(free[i] * n) + free[j]] * scale[i] * scale[j]) + (i == j ? added : 0));
            if (SymmetricSolver.TryCholesky(matrix) is { } factor)
            {
                var scaled = factor.Solve(slope.MapIndexed((k, g) => g * scale[k]));
                var step = scaled.MapIndexed((k, s) => s * scale[k]);
                decrement = step.DotProduct(slope);
                return step;
            }

            damping = Math.Max(damping * 10, 1e-3);
        }
    }

    private bool PushesOut(double[] point, double[] gradient, int k) =>
        (point[k] <= bounds[k].Lower && gradient[k] <= 0) || (point[k] >= bounds[k].Upper && gradient[k] >= 0);
}
