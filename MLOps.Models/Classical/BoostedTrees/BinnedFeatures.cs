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

    /// <summary>Edges between neighbouring values, so that each bin has about as many rows; fewer where values repeat.</summary>
    private static float[] FitEdges(float[] values, int bins)
    {
        var sorted = values.Order().ToArray();
        var edges = new List<float>();
        for (var bin = 1; bin < bins; bin++)
        {
            var at = (int)((long)sorted.Length * bin / bins);
            var (below, above) = (sorted[Math.Max(0, at - 1)], sorted[Math.Min(at, sorted.Length - 1)]);
            var edge = Between(below, above);
            if (below < above && (edges.Count == 0 || edge > edges[^1]))
            {
                edges.Add(edge);
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
