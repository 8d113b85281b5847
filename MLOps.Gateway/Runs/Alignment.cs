namespace MLOps.Gateway.Runs;

/// <summary>Puts the curves of several runs over common steps.</summary>
internal static class Alignment
{
    /// <param name="key">The metric.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="maxRows">At least 2.</param>
    public static AlignedCurve Of(string key, IReadOnlyList<RunValues> runs, int maxRows)
    {
        var steps = runs.SelectMany(run => run.Values).Select(value => value.Step).Distinct().Order().ToArray();
        return steps.Length <= maxRows
            ? new AlignedCurve(key, runs.Any(run => run.Reduced), steps, [.. runs.Select(run => Exact(run, steps))])
            : Bucketed(key, runs, steps, maxRows / 2);
    }

    private static AlignedSeries Exact(RunValues run, long[] steps)
    {
        var row = new double?[steps.Length];
        foreach (var value in run.Values)
        {
            row[Array.BinarySearch(steps, value.Step)] = value.Value;
        }

        return new AlignedSeries(run.RunId, row);
    }

    /// <summary>Two rows a bucket, at its first and last step.</summary>
    private static AlignedCurve Bucketed(string key, IReadOnlyList<RunValues> runs, long[] steps, int buckets)
    {
        var first = Enumerable.Range(0, buckets).Select(bucket => (int)((long)steps.Length * bucket / buckets)).ToArray();
        var rows = new long[2 * buckets];
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            rows[2 * bucket] = steps[first[bucket]];
            rows[(2 * bucket) + 1] = steps[(bucket + 1 < buckets ? first[bucket + 1] : steps.Length) - 1];
        }

        var starts = first.Select(index => steps[index]).ToArray();
        return new AlignedCurve(key, true, rows, [.. runs.Select(run => Extremes(run, starts))]);
    }

    private static AlignedSeries Extremes(RunValues run, long[] starts)
    {
        var row = new double?[2 * starts.Length];
        foreach (var bucket in run.Values.GroupBy(value => Bucket(starts, value.Step)))
        {
            // A NaN is neither smallest nor largest; a bucket of nothing else keeps one.
            var values = bucket.Where(value => !double.IsNaN(value.Value)).ToList();
            if (values.Count == 0)
            {
                row[2 * bucket.Key] = double.NaN;
                continue;
            }

            var (low, high) = (0, 0);
            for (var i = 1; i < values.Count; i++)
            {
                low = values[i].Value < values[low].Value ? i : low;
                high = values[i].Value > values[high].Value ? i : high;
            }

            row[2 * bucket.Key] = values[Math.Min(low, high)].Value;
            row[(2 * bucket.Key) + 1] = low == high ? null : values[Math.Max(low, high)].Value;
        }

        return new AlignedSeries(run.RunId, row);
    }

    /// <summary>The last bucket that starts at the step or before it.</summary>
    private static int Bucket(long[] starts, long step)
    {
        var place = Array.BinarySearch(starts, step);
        return place >= 0 ? place : ~place - 1;
    }
}
