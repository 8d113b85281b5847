using MathNet.Numerics.LinearAlgebra;
using MLOps.Models.Classical.Garch;

namespace MLOps.Models.Classical.Portfolio;

/// <summary>The whole efficient frontier of long or bounded portfolios: every turning point of Markowitz's critical line algorithm (Markowitz 1956; Bailey and López de Prado 2013, "An open-source implementation of the critical-line algorithm").</summary>
/// <remarks>
/// The weights w(λ) minimise ½w'Σw − λμ'w over Σw = 1 and lower ≤ w ≤ upper. With Σ positive definite they are unique and piecewise linear in λ, so the line is followed
/// from the minimum variance (λ = 0) upwards. Where assets leave or reach a bound together (ties), the direction of the next piece is itself a small quadratic program, which settles all of them at once.
/// </remarks>
public sealed class CriticalLine
{
    /// <summary>Square root of the share of its variance that an asset must have for itself.</summary>
    private const double SmallestPivot = 1e-6;

    private readonly Matrix<double> _covariance;
    private readonly double[] _means;
    private readonly double[] _lower;
    private readonly double[] _upper;
    private readonly BudgetProgram _program;

    /// <param name="means">μ, one an asset.</param>
    /// <param name="covariance">Σ, symmetric and positive definite.</param>
    /// <param name="lower">Least weight of each asset.</param>
    /// <param name="upper">Largest weight of each asset.</param>
    /// <exception cref="ArgumentException">Lengths differ, a number is not finite, or no weights of sum 1 fit the bounds.</exception>
    /// <exception cref="NotPositiveDefiniteException">Σ is singular.</exception>
    public CriticalLine(IReadOnlyList<double> means, Matrix<double> covariance, IReadOnlyList<double> lower, IReadOnlyList<double> upper)
    {
        Check(means, covariance, lower, upper);
        (_means, _covariance, _lower, _upper) = ([.. means], covariance, [.. lower], [.. upper]);
        _program = new BudgetProgram(covariance, _lower, _upper, 1);
        TurningPoints = Trace();
    }

    /// <summary>From the largest return (λ infinite) to the least variance (λ = 0).</summary>
    public IReadOnlyList<TurningPoint> TurningPoints { get; }

    public FrontierPortfolio MinimumVariance => At(0);

    /// <summary>The portfolio of the largest μ'w/√(w'Σw). Take the riskless rate off the means for excess returns.</summary>
    public FrontierPortfolio MaximumSharpe()
    {
        var best = At(double.PositiveInfinity);
        for (var k = 1; k < TurningPoints.Count; k++)
        {
            var (from, to) = (TurningPoints[k], TurningPoints[k - 1]);
            foreach (var lambda in (double[])[from.Lambda, Steepest(from, to)])
            {
                var candidate = At(lambda);
                best = candidate.Sharpe > best.Sharpe ? candidate : best;
            }
        }

        return best;
    }

    /// <summary>The efficient portfolio of a risk tolerance λ ≥ 0.</summary>
    public FrontierPortfolio At(double lambda)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lambda);
        var above = Enumerable.Range(0, TurningPoints.Count).Last(k => TurningPoints[k].Lambda >= lambda);
        var to = TurningPoints[above];
        if (above == TurningPoints.Count - 1 || double.IsInfinity(to.Lambda))
        {
            return Describe(lambda, [.. to.Weights]);
        }

        var from = TurningPoints[above + 1];
        var share = (lambda - from.Lambda) / (to.Lambda - from.Lambda);
        return Describe(lambda, [.. from.Weights.Zip(to.Weights, (a, b) => a + (share * (b - a)))]);
    }

    private static void Check(IReadOnlyList<double> means, Matrix<double> covariance, IReadOnlyList<double> lower, IReadOnlyList<double> upper)
    {
        var count = means.Count;
        if (count == 0 || covariance.RowCount != count || covariance.ColumnCount != count || lower.Count != count || upper.Count != count)
        {
            throw new ArgumentException($"There are {count} means, a covariance of {covariance.RowCount} by {covariance.ColumnCount}, {lower.Count} lower and {upper.Count} upper bounds; all must have the number of assets.");
        }

        if (means.Concat(lower).Concat(upper).Concat(covariance.Enumerate()).Any(value => !double.IsFinite(value)))
        {
            throw new ArgumentException("Means, covariance and bounds must be finite numbers.");
        }

        CheckPositive(covariance);
        if (lower.Zip(upper).Any(pair => pair.First > pair.Second) || lower.Sum() > 1 + 1e-12 || upper.Sum() < 1 - 1e-12)
        {
            throw new ArgumentException($"No weights of sum 1 fit the bounds: the lower ones have the sum {lower.Sum()}, the upper ones {upper.Sum()}, and none may be above its partner.");
        }
    }

    /// <summary>By the pivots of its correlations: what is left of an asset's variance when the others have explained theirs.</summary>
    private static void CheckPositive(Matrix<double> covariance)
    {
        if ((covariance - covariance.Transpose()).Enumerate().Max(Math.Abs) > 1e-9 * covariance.Enumerate().Max(Math.Abs))
        {
            throw new ArgumentException("The covariance is not symmetric.");
        }

        if (covariance.Diagonal().Minimum() <= 0
            || SymmetricSolver.TryCholesky(Covariance.Correlation(covariance)) is not { } factor
            || factor.Factor.Diagonal().Minimum() < SmallestPivot)
        {
            throw new NotPositiveDefiniteException();
        }
    }

    /// <summary>λ at which the Sharpe ratio is stationary on the segment, kept inside it.</summary>
    private double Steepest(TurningPoint from, TurningPoint to)
    {
        if (double.IsInfinity(to.Lambda))
        {
            return from.Lambda;
        }

        var start = Vector<double>.Build.DenseOfEnumerable(from.Weights);
        var way = Vector<double>.Build.DenseOfEnumerable(to.Weights) - start;
        var means = Vector<double>.Build.DenseOfArray(_means);
        var (a, b) = (means.DotProduct(start), means.DotProduct(way));
        var (c, e, f) = (start * _covariance * start, start * _covariance * way, way * _covariance * way);
        var share = ((a * e) - (b * c)) / ((b * e) - (a * f));
        return double.IsFinite(share) ? from.Lambda + (Math.Clamp(share, 0, 1) * (to.Lambda - from.Lambda)) : from.Lambda;
    }

    private List<TurningPoint> Trace()
    {
        var piece = LeastVariance();
        var points = new List<TurningPoint> { Point(0, piece.Weights) };
        var limit = 1000 * (_means.Length + 1);
        for (var i = 0; i < limit; i++)
        {
            if (Next(piece) is not { } next)
            {
                points.Add(Point(double.PositiveInfinity, piece.Weights));
                points.Reverse();
                return points;
            }

            // Events at one λ are one turning point.
            if (next.Lambda <= points[^1].Lambda * (1 + 1e-12))
            {
                points.RemoveAt(points.Count - 1);
            }

            points.Add(Point(next.Lambda, next.Weights));
            piece = next;
        }

        throw new InvalidOperationException($"The critical line of {_means.Length} assets made no end in {limit} turns.");
    }

    private Piece LeastVariance()
    {
        // Feasible: from the lower bounds upwards, asset by asset.
        var start = (double[])_lower.Clone();
        var sides = Enumerable.Repeat(Side.Lower, start.Length).ToArray();
        var rest = 1 - start.Sum();
        for (var i = 0; i < start.Length && rest > 0; i++)
        {
            var added = Math.Min(rest, _upper[i] - _lower[i]);
            rest -= added;
            (start[i], sides[i]) = rest > 0 ? (_upper[i], Side.Upper) : (_lower[i] + added, Side.Free);
        }

        var solution = _program.Solve(new double[start.Length], start, sides);
        return new Piece(0, solution.Point, solution.Sides, []);
    }

    /// <summary>The next λ upwards at which an asset reaches or leaves a bound, or null where there is none.</summary>
    private Piece? Next(Piece piece)
    {
        var slope = Array.ConvertAll(_means, mean => piece.Lambda * mean);
        var inside = Enumerable.Range(0, slope.Length).Where(i => piece.Sides[i] == Side.Free).ToArray();
        if (inside.Length == 0 && piece.Leaving.Count == 0)
        {
            return NextOfCorner(piece);
        }

        var gradient = _program.Gradient(slope, piece.Weights);
        var budget = (inside.Length > 0 ? inside : [.. piece.Leaving]).Average(i => gradient[i]);
        var direction = Direction(piece, gradient, budget);
        var (step, events) = FirstEvents(piece, gradient, budget, direction);
        return double.IsInfinity(step) ? null : After(piece, direction, step, events);
    }

    /// <summary>Every asset is at a bound: the corner stays optimal until the dearest of those at their upper bound would rather be exchanged for one at its lower bound.</summary>
    private Piece? NextOfCorner(Piece piece)
    {
        var cost = _program.Gradient(new double[_means.Length], piece.Weights);
        var lambda = double.PositiveInfinity;
        List<int> leaving = [];
        foreach (var low in Indices(piece.Sides, Side.Lower))
        {
            foreach (var high in Indices(piece.Sides, Side.Upper).Where(high => _means[low] > _means[high]))
            {
                var crossing = Math.Max(piece.Lambda, (cost[low] - cost[high]) / (_means[low] - _means[high]));
                if (crossing < lambda * (1 - 1e-12))
                {
                    (lambda, leaving) = (crossing, [low, high]);
                }
                else if (crossing <= lambda * (1 + 1e-12))
                {
                    leaving = [.. leaving, low, high];
                }
            }
        }

        return double.IsInfinity(lambda) ? null : new Piece(lambda, piece.Weights, piece.Sides, [.. leaving.Distinct()]);
    }

    /// <summary>dw/dλ: minimises ½b'Σb − μ'b over Σb = 0, where an asset at a bound with a price stays and one without may only move inwards.</summary>
    private BudgetSolution Direction(Piece piece, double[] gradient, double budget)
    {
        var count = _means.Length;
        var tolerance = 1e-12 * gradient.Max(Math.Abs);
        var (lower, upper) = (new double[count], new double[count]);
        for (var i = 0; i < count; i++)
        {
            var loose = HasRoom(i) && (piece.Leaving.Contains(i) || Math.Abs(gradient[i] - budget) <= tolerance);
            lower[i] = piece.Sides[i] == Side.Free || (piece.Sides[i] == Side.Upper && loose) ? double.NegativeInfinity : 0;
            upper[i] = piece.Sides[i] == Side.Free || (piece.Sides[i] == Side.Lower && loose) ? double.PositiveInfinity : 0;
        }

        return new BudgetProgram(_covariance, lower, upper, 0).Solve(_means, new double[count], piece.Sides);
    }

    private (double Step, List<int> Events) FirstEvents(Piece piece, double[] gradient, double budget, BudgetSolution direction)
    {
        var turn = _program.Gradient(_means, direction.Point);
        var first = double.PositiveInfinity;
        List<int> events = [];
        for (var i = 0; i < _means.Length; i++)
        {
            var step = direction.Sides[i] == Side.Free
                ? ToBound(i, piece.Weights[i], direction.Point[i])
                : HasRoom(i) ? ToRelease(direction.Sides[i], gradient[i] - budget, turn[i] - direction.Budget) : double.PositiveInfinity;
            if (step < first * (1 - 1e-12))
            {
                (first, events) = (step, [i]);
            }
            else if (step <= first * (1 + 1e-12) && !double.IsInfinity(step))
            {
                events.Add(i);
            }
        }

        return (first, events);
    }

    private double ToBound(int asset, double weight, double speed) => speed switch
    {
        > 0 => Math.Max(0, (_upper[asset] - weight) / speed),
        < 0 => Math.Max(0, (_lower[asset] - weight) / speed),
        _ => double.PositiveInfinity,
    };

    /// <summary>Until the price of being at the bound, which changes by <paramref name="turn"/>, is nothing.</summary>
    private static double ToRelease(Side side, double price, double turn)
    {
        var sign = side == Side.Lower ? 1 : -1;
        return sign * turn < 0 ? Math.Max(0, price / -turn) : double.PositiveInfinity;
    }

    private Piece After(Piece piece, BudgetSolution direction, double step, List<int> events)
    {
        var lambda = piece.Lambda + step;
        var (weights, sides) = ((double[])piece.Weights.Clone(), (Side[])direction.Sides.Clone());
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] += step * direction.Point[i];
        }

        foreach (var i in events.Where(i => sides[i] == Side.Free))
        {
            sides[i] = direction.Point[i] < 0 ? Side.Lower : Side.Upper;
            weights[i] = sides[i] == Side.Lower ? _lower[i] : _upper[i];
        }

        // From the line's own equation, so that rounding does not add up from turn to turn.
        var slope = Array.ConvertAll(_means, mean => lambda * mean);
        return new Piece(lambda, _program.Equality(slope, weights, sides, out _), sides, events);
    }

    /// <summary>Assets at that side that could leave it.</summary>
    private IEnumerable<int> Indices(Side[] sides, Side side) => Enumerable.Range(0, sides.Length).Where(i => sides[i] == side && HasRoom(i));

    private bool HasRoom(int asset) => _lower[asset] < _upper[asset];

    private TurningPoint Point(double lambda, double[] weights)
    {
        var portfolio = Describe(lambda, weights);
        return new TurningPoint(lambda, portfolio.Weights, portfolio.Return, portfolio.Risk);
    }

    private FrontierPortfolio Describe(double lambda, double[] weights)
    {
        var vector = Vector<double>.Build.DenseOfArray(weights);
        return new FrontierPortfolio(lambda, weights, _means.Zip(weights, (mean, weight) => mean * weight).Sum(), Math.Sqrt(vector * _covariance * vector));
    }

    /// <param name="Leaving">Assets at a bound whose price there is nothing: they may leave it from here on.</param>
    private sealed record Piece(double Lambda, double[] Weights, Side[] Sides, IReadOnlyList<int> Leaving);
}
