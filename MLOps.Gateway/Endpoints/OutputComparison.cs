using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Statistics;
using MLOps.Inference.Tensors;

namespace MLOps.Gateway.Endpoints;

/// <summary>One output of a shadow beside the callers', element by element; see <see cref="OutputDifference"/>.</summary>
internal sealed class OutputComparison(string output)
{
    /// <summary>Elements of one tensor that are compared: a huge one is judged by its beginning.</summary>
    private const long MaxElements = 65_536;

    /// <summary>Pairs kept of one report.</summary>
    private const int MaxSample = 256;

    /// <summary>How far the sum of a probability vector may be from 1: single precision over many classes.</summary>
    private const double SumTolerance = 1e-3;

    private readonly SortedDictionary<int, long> _absolute = [];
    private readonly SortedDictionary<int, long> _relative = [];
    private readonly List<(double Live, double Shadow, int Column)> _sample = [];
    private long _elements;
    private long _rankable;
    private long _incomparable;
    private long _nonFinite;
    private long _signFlips;
    private long _rows;
    private long _disagreements;
    private double _absoluteSum;
    private double _absoluteMax;
    private double _relativeSum;
    private double _relativeMax;

    /// <param name="shadow">Null: the shadow has no such output.</param>
    public void Add(Tensor live, Tensor? shadow)
    {
        if (shadow is null || live.Datatype == TensorDatatype.Bytes || shadow.Datatype == TensorDatatype.Bytes || !live.Shape.AsSpan().SequenceEqual(shadow.Shape))
        {
            _incomparable++;
            return;
        }

        var count = Math.Min(live.Count, MaxElements);
        var columns = live.Shape.Length < 2 ? 1 : live.Count / Math.Max(1, live.Shape[0]);
        for (long i = 0; i < count; i++)
        {
            TensorNumbers.TryRead(live, i, out var a);
            TensorNumbers.TryRead(shadow, i, out var b);
            Add(a, b, i % columns);
        }

        var classes = live.Shape is [.., var last] ? last : 0;
        for (long row = 0; classes >= 2 && (row + 1) * classes <= count; row++)
        {
            CompareRow(live, shadow, row * classes, classes);
        }
    }

    public OutputDifference ToDifference() => new(
        output,
        _elements,
        _incomparable,
        _nonFinite,
        _absoluteSum,
        _absoluteMax,
        Sparse(_absolute),
        _relativeSum,
        _relativeMax,
        Sparse(_relative),
        _signFlips,
        _rows,
        _disagreements,
        [.. _sample.Select(pair => pair.Live)],
        [.. _sample.Select(pair => pair.Shadow)],
        [.. _sample.Select(pair => pair.Column)]);

    private void Add(double a, double b, long column)
    {
        _elements++;
        if (!double.IsFinite(a) || !double.IsFinite(b))
        {
            // Both NaN, or the same infinity, is agreement.
            _nonFinite += a.Equals(b) ? 0 : 1;
            return;
        }

        // Two finite numbers may be further apart than the largest one.
        var gap = Math.Min(Math.Abs(a - b), double.MaxValue);
        var scale = Math.Max(Math.Abs(a), Math.Abs(b));
        var relative = scale == 0 ? 0 : Math.Abs((a / scale) - (b / scale));
        _absoluteSum = OutputDifference.Sum(_absoluteSum, gap);
        _absoluteMax = Math.Max(_absoluteMax, gap);
        _relativeSum += relative;
        _relativeMax = Math.Max(_relativeMax, relative);
        Count(_absolute, gap);
        Count(_relative, relative);
        _signFlips += (a < 0 && b > 0) || (a > 0 && b < 0) ? 1 : 0;

        if (column >= OutputDifference.RankColumns)
        {
            return;
        }

        // Vitter's algorithm R: every pair of the report that may be ranked has the same chance.
        _rankable++;
        if (_sample.Count < MaxSample)
        {
            _sample.Add((a, b, (int)column));
        }
        else if (Random.Shared.NextInt64(_rankable) is < MaxSample and var place)
        {
            _sample[(int)place] = (a, b, (int)column);
        }
    }

    private void CompareRow(Tensor live, Tensor shadow, long start, long classes)
    {
        if (Largest(live, start, classes) is { } ours && Largest(shadow, start, classes) is { } theirs)
        {
            _rows++;
            _disagreements += ours == theirs ? 0 : 1;
        }
    }

    /// <returns>The class of the largest probability; null: not a probability vector.</returns>
    private static long? Largest(Tensor tensor, long start, long classes)
    {
        double sum = 0, largest = -1;
        long best = 0;
        for (long i = 0; i < classes; i++)
        {
            TensorNumbers.TryRead(tensor, start + i, out var value);
            if (!(value >= 0 && value <= 1 + SumTolerance))
            {
                return null;
            }

            sum += value;
            if (value > largest)
            {
                (largest, best) = (value, i);
            }
        }

        return Math.Abs(sum - 1) <= SumTolerance ? best : null;
    }

    private static void Count(SortedDictionary<int, long> counts, double value)
    {
        var bucket = LogBuckets.Of(value);
        counts[bucket] = counts.GetValueOrDefault(bucket) + 1;
    }

    private static SparseHistogram Sparse(SortedDictionary<int, long> counts) => new([.. counts.Keys], [.. counts.Values]);
}
