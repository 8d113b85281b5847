using MathNet.Numerics.LinearAlgebra;
using MLOps.Models.Classical.Garch;

namespace MLOps.Models.Classical.Portfolio;

/// <summary>Minimises ½x'Hx − g'x over Σx = total and lower ≤ x ≤ upper for a positive definite H by a primal active-set method (Nocedal and Wright, Numerical Optimization, algorithm 16.3, with bounds as the only inequalities). Bounds may be infinite.</summary>
internal sealed class BudgetProgram(Matrix<double> hessian, IReadOnlyList<double> lower, IReadOnlyList<double> upper, double total)
{
    private const double MultiplierTolerance = 1e-13;

    private readonly int _count = hessian.RowCount;

    /// <summary>Coordinates whose release led straight back to their bound: their gain was rounding noise.</summary>
    private readonly HashSet<int> _barred = [];

    /// <param name="start">Feasible.</param>
    /// <param name="side">Where each coordinate of the start is: the working set.</param>
    /// <exception cref="NotPositiveDefiniteException">H is not positive definite on the free coordinates.</exception>
    public BudgetSolution Solve(IReadOnlyList<double> slope, double[] start, Side[] side)
    {
        var (x, sides) = ((double[])start.Clone(), (Side[])side.Clone());
        var limit = 100 * (_count + 10);
        List<int> released = [];
        _barred.Clear();
        for (var i = 0; i < limit; i++)
        {
            var target = Equality(slope, x, sides, out var budget);
            if (Blocking(x, target, sides, out var length) is { } blocking)
            {
                Bar(blocking, released, length);
                Move(x, target, length);
                sides[blocking] = target[blocking] < x[blocking] ? Side.Lower : Side.Upper;
                x[blocking] = sides[blocking] == Side.Lower ? lower[blocking] : upper[blocking];
                continue;
            }

            x = target;

            // Late in a run that seems to go in circles the first instead of the worst is taken (Bland's rule).
            released = Violations(slope, x, sides, ref budget, firstOnly: i > limit / 2);
            if (released.Count == 0)
            {
                return new BudgetSolution(x, sides, budget);
            }

            released.ForEach(index => sides[index] = Side.Free);
        }

        throw new InvalidOperationException($"The active-set method made no end in {limit} steps over {_count} coordinates.");
    }

    /// <summary>The minimum with every coordinate that is not free held where it is, and the price of the budget (multiplier of Σx).</summary>
    public double[] Equality(IReadOnlyList<double> slope, double[] x, Side[] sides, out double budget)
    {
        int[] free = [.. Enumerable.Range(0, _count).Where(i => sides[i] == Side.Free)];
        var target = (double[])x.Clone();
        budget = double.NaN;
        if (free.Length == 0)
        {
            return target;
        }

        // A slope that all free coordinates share moves nothing; taken out exactly, so that ties in it leave no rounding noise.
        var shared = slope[free[0]];
        var pulls = Vector<double>.Build.Dense(free.Length, k => slope[free[k]] - shared - Held(x, sides, free[k]));
        var factor = SymmetricSolver.TryCholesky(Matrix<double>.Build.Dense(free.Length, free.Length, (i, j) => hessian[free[i], free[j]]))
            ?? throw new NotPositiveDefiniteException();
        var unbudgeted = factor.Solve(pulls);
        var spread = factor.Solve(Vector<double>.Build.Dense(free.Length, 1));
        var left = total - Enumerable.Range(0, _count).Where(i => sides[i] != Side.Free).Sum(i => x[i]);
        var price = (left - unbudgeted.Sum()) / spread.Sum();
        for (var k = 0; k < free.Length; k++)
        {
            target[free[k]] = unbudgeted[k] + (price * spread[k]);
        }

        budget = price - shared;
        return target;
    }

    /// <summary>Slope of the objective by each coordinate: (Hx − g).</summary>
    public double[] Gradient(IReadOnlyList<double> slope, double[] x)
    {
        var product = hessian * Vector<double>.Build.DenseOfArray(x);
        return [.. product.Select((value, i) => value - slope[i])];
    }

    private void Bar(int blocking, List<int> released, double length)
    {
        if (length > 0)
        {
            _barred.Clear();
        }
        else if (released.Contains(blocking))
        {
            _barred.Add(blocking);
        }
    }

    private double Held(double[] x, Side[] sides, int row)
    {
        var sum = 0.0;
        for (var j = 0; j < _count; j++)
        {
            sum += sides[j] == Side.Free ? 0 : hessian[row, j] * x[j];
        }

        return sum;
    }

    /// <summary>The first free coordinate that the way to the target takes out of its bounds, or null.</summary>
    private int? Blocking(double[] x, double[] target, Side[] sides, out double length)
    {
        length = 1;
        int? blocking = null;
        for (var i = 0; i < _count; i++)
        {
            if (sides[i] != Side.Free || (target[i] >= lower[i] && target[i] <= upper[i]))
            {
                continue;
            }

            var bound = target[i] < lower[i] ? lower[i] : upper[i];
            var share = Math.Clamp((bound - x[i]) / (target[i] - x[i]), 0, 1);
            if (blocking is null || share < length)
            {
                (blocking, length) = (i, share);
            }
        }

        return blocking;
    }

    private void Move(double[] x, double[] target, double length)
    {
        for (var i = 0; i < _count; i++)
        {
            x[i] += length * (target[i] - x[i]);
        }
    }

    /// <summary>Coordinates at a bound that would gain by leaving it. With nothing free, one on each side must leave together.</summary>
    private List<int> Violations(IReadOnlyList<double> slope, double[] x, Side[] sides, ref double budget, bool firstOnly)
    {
        var gradient = Gradient(slope, x);
        var tolerance = MultiplierTolerance * (gradient.Max(Math.Abs) + slope.Max(Math.Abs));
        if (double.IsNaN(budget))
        {
            return AtCorner(gradient, sides, tolerance, out budget);
        }

        var (worst, released) = (tolerance, -1);
        foreach (var i in Movable())
        {
            if (firstOnly && released >= 0)
            {
                break;
            }

            var gain = sides[i] switch
            {
                Side.Lower => budget - gradient[i],
                Side.Upper => gradient[i] - budget,
                _ => 0,
            };
            if (gain > worst && !_barred.Contains(i))
            {
                (worst, released) = (gain, i);
            }
        }

        return released < 0 ? [] : [released];
    }

    /// <summary>Coordinates whose bounds leave them any room.</summary>
    private IEnumerable<int> Movable() => Enumerable.Range(0, _count).Where(i => lower[i] < upper[i]);

    private List<int> AtCorner(double[] gradient, Side[] sides, double tolerance, out double budget)
    {
        var cheapest = Movable().Where(i => sides[i] == Side.Lower).OrderBy(i => gradient[i]).DefaultIfEmpty(-1).First();
        var dearest = Movable().Where(i => sides[i] == Side.Upper).OrderByDescending(i => gradient[i]).DefaultIfEmpty(-1).First();
        budget = (cheapest, dearest) switch
        {
            (< 0, < 0) => 0,
            ( >= 0, >= 0) => (gradient[cheapest] + gradient[dearest]) / 2,
            _ => gradient[Math.Max(cheapest, dearest)],
        };
        return cheapest >= 0 && dearest >= 0 && gradient[dearest] - gradient[cheapest] > tolerance ? [cheapest, dearest] : [];
    }
}
