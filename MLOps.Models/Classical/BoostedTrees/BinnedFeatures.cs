namespace MLOps.Models.Classical.BoostedTrees;

/// <summary>Rows of features cut into at most 256 bins each, edges at the fit rows' quantiles, so that a split is sought among bins instead of values.</summary>
internal sealed class BinnedFeatures
{
    private readonly byte[][] _bins;

    private BinnedFeatures(float[][] edges, byte[][] bins)
    {
        Edges = edges;
        _bins = bins;
    }

    /// <summary>Upper edges of each feature's bins but the last, ascending: a value is in the first bin whose edge it does not exceed.</summary>
    public float[][] Edges { get; }

    public int Count => Edges.Length;

    /// <summary>Bin of each row, for one feature.</summary>
    public ReadOnlySpan<byte> Column(int feature) => _bins[feature];

    /// <param name="rows">The rows that edges are fitted on and bins are given for.</param>
    public static BinnedFeatures Fit(IReadOnlyList<float[]> rows, int bins)
    {
        var features = rows[0].Length;
        var edges = new float[features][];
        var binned = new byte[features][];
        for (var f = 0; f < features; f++)
        {
            var column = rows.Select(row => row[f]).ToArray();
            edges[f] = FitEdges(column, bins);
            binned[f] = Array.ConvertAll(column, value => Bin(edges[f], value));
        }

        return new BinnedFeatures(edges, binned);
    }

    /// <summary>Edges between neighbouring values: all of them where there are few enough, else so that each bin has about as many rows; a value that fills bins is in one of its own.</summary>
    private static float[] FitEdges(float[] values, int bins)
    {
        var sorted = values.Order().ToArray();
        var edges = new List<float>();
        var isEvery = sorted.Zip(sorted.Skip(1)).Count(pair => pair.First < pair.Second) < bins;

        // How many rows lie below the end of a bin.
        long End(int bin) => (long)sorted.Length * bin / bins;
        var bin = 1;
        for (var at = 1; at < sorted.Length; at++)
        {
            if (!(sorted[at - 1] < sorted[at]))
            {
                // The same value again, or one that is none: those come first, and no split is between them and a number.
                continue;
            }

            var isFull = at >= End(bin);
            while (bin < bins && at >= End(bin))
            {
                bin++;
            }

            // A value that reaches over the ends of bins leaves edges over: one of them parts it from what comes before.
            var isBeforeMany = !isFull && edges.Count < bin - 1 && at + ((long)sorted.Length / bins) < sorted.Length && sorted[at] == sorted[at + (sorted.Length / bins)];
            if (isEvery || isFull || isBeforeMany)
            {
                edges.Add(Between(sorted[at - 1], sorted[at]));
            }
        }

        return [.. edges];
    }

    /// <summary>The middle, but never the upper value itself: the values of both sides stay on their sides in float32.</summary>
    private static float Between(float below, float above)
    {
        var middle = (float)((below + (double)above) / 2);
        return middle < above ? middle : below;
    }

    private static byte Bin(float[] edges, float value)
    {
        var at = Array.BinarySearch(edges, value);
        return (byte)(at >= 0 ? at : ~at);
    }
}
