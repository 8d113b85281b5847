using MLOps.Contracts.Runs;

namespace MLOps.Gateway.Runs;

/// <summary>Reduces a long series so that no peak and no trough is lost: the first and last value, and of each bucket between them the smallest and largest.</summary>
internal static class Downsampling
{
    /// <summary>The values of the steps from <paramref name="fromStep"/> to <paramref name="toStep"/>, both included; null: open.</summary>
    public static IReadOnlyList<Metric> Between(IReadOnlyList<Metric> values, long? fromStep, long? toStep) =>
        fromStep is null && toStep is null ? values : [.. values.Where(value => !(value.Step < fromStep) && !(value.Step > toStep))];

    /// <param name="values">In any order; the result is ordered by step, then time.</param>
    /// <param name="maxPoints">At least 4.</param>
    public static IReadOnlyList<Metric> MinMax(IReadOnlyList<Metric> values, int maxPoints)
    {
        var ordered = values.OrderBy(value => value.Step).ThenBy(value => value.Timestamp).ToArray();
        if (ordered.Length <= maxPoints)
        {
            return ordered;
        }

        var buckets = (maxPoints - 2) / 2;
        var reduced = new List<Metric>(maxPoints) { ordered[0] };
        var inner = ordered.Length - 2;
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            var from = 1 + (int)((long)inner * bucket / buckets);
            var to = 1 + (int)((long)inner * (bucket + 1) / buckets);
            var (low, high) = (from, from);
            for (var i = from + 1; i < to; i++)
            {
                // A NaN is neither smallest nor largest; a bucket of nothing else keeps one, so that the gap shows.
                if (ordered[i].Value < ordered[low].Value || (double.IsNaN(ordered[low].Value) && !double.IsNaN(ordered[i].Value)))
                {
                    low = i;
                }

                if (ordered[i].Value > ordered[high].Value || (double.IsNaN(ordered[high].Value) && !double.IsNaN(ordered[i].Value)))
                {
                    high = i;
                }
            }

            reduced.Add(ordered[Math.Min(low, high)]);
            if (low != high)
            {
                reduced.Add(ordered[Math.Max(low, high)]);
            }
        }

        reduced.Add(ordered[^1]);
        return reduced;
    }
}
