namespace MLOps.Models.Classical.RiskParity;

/// <summary>Agglomerative hierarchical clustering (Müllner 2011, "Modern hierarchical, agglomerative clustering algorithms"): the minimum spanning tree for single linkage, chains of nearest neighbours with Lance-Williams updates for the others.</summary>
public static class Clustering
{
    /// <param name="distances">Symmetric, zero diagonal.</param>
    /// <returns>n−1 merges in order of distance; ties in the order in which the algorithm met them, which starts at item 0.</returns>
    public static IReadOnlyList<Merge> Tree(double[,] distances, Linkage linkage)
    {
        var edges = linkage == Linkage.Nearest ? SpanningTree(distances) : NeighbourChains(distances, linkage);
        return Label(distances.GetLength(0), [.. edges.OrderBy(edge => edge.Distance)]);
    }

    /// <summary>The items from left to right under the tree: similar ones side by side.</summary>
    public static int[] Leaves(IReadOnlyList<Merge> merges)
    {
        var items = merges.Count + 1;
        var order = new List<int>();
        var open = new Stack<int>([items + merges.Count - 1]);
        while (open.TryPop(out var cluster))
        {
            if (cluster < items)
            {
                order.Add(cluster);
                continue;
            }

            open.Push(merges[cluster - items].Second);
            open.Push(merges[cluster - items].First);
        }

        return merges.Count == 0 ? [0] : [.. order];
    }

    /// <summary>Prim's algorithm from item 0.</summary>
    private static List<(int A, int B, double Distance)> SpanningTree(double[,] distances)
    {
        var count = distances.GetLength(0);
        var reach = Enumerable.Repeat(double.PositiveInfinity, count).ToArray();
        var inside = new bool[count];
        var edges = new List<(int, int, double)>();
        for (var at = 0; edges.Count < count - 1;)
        {
            inside[at] = true;
            var next = -1;
            for (var i = 0; i < count; i++)
            {
                if (inside[i])
                {
                    continue;
                }

                reach[i] = Math.Min(reach[i], distances[at, i]);
                next = next < 0 || reach[i] < reach[next] ? i : next;
            }

            edges.Add((at, next, reach[next]));
            at = next;
        }

        return edges;
    }

    private static List<(int A, int B, double Distance)> NeighbourChains(double[,] distances, Linkage linkage)
    {
        var count = distances.GetLength(0);
        var apart = (double[,])distances.Clone();
        var sizes = Enumerable.Repeat(1, count).ToArray();
        var chain = new List<int>();
        var edges = new List<(int, int, double)>();
        while (edges.Count < count - 1)
        {
            if (chain.Count == 0)
            {
                chain.Add(Array.FindIndex(sizes, size => size > 0));
            }

            var (top, before) = (chain[^1], chain.Count > 1 ? chain[^2] : -1);
            var nearest = Nearest(apart, sizes, top, before);
            if (nearest != before)
            {
                chain.Add(nearest);
                continue;
            }

            chain.RemoveRange(chain.Count - 2, 2);
            var (kept, gone) = (Math.Max(top, before), Math.Min(top, before));
            edges.Add((gone, kept, apart[gone, kept]));
            Join(apart, sizes, gone, kept, linkage);
        }

        return edges;
    }

    /// <summary>The nearest cluster; the one before in the chain wins ties, so that chains end.</summary>
    private static int Nearest(double[,] apart, int[] sizes, int cluster, int before)
    {
        var nearest = before;
        for (var i = 0; i < sizes.Length; i++)
        {
            if (i != cluster && sizes[i] > 0 && (nearest < 0 || apart[cluster, i] < apart[cluster, nearest]))
            {
                nearest = i;
            }
        }

        return nearest;
    }

    /// <summary>The joined cluster takes the place of <paramref name="kept"/>.</summary>
    private static void Join(double[,] apart, int[] sizes, int gone, int kept, Linkage linkage)
    {
        var (first, second) = (sizes[gone], sizes[kept]);
        for (var i = 0; i < sizes.Length; i++)
        {
            if (sizes[i] > 0 && i != gone && i != kept)
            {
                apart[kept, i] = apart[i, kept] = Joined(apart[gone, i], apart[kept, i], apart[gone, kept], first, second, sizes[i], linkage);
            }
        }

        (sizes[gone], sizes[kept]) = (0, first + second);
    }

    private static double Joined(double one, double other, double between, int first, int second, int third, Linkage linkage) => linkage switch
    {
        Linkage.Farthest => Math.Max(one, other),
        Linkage.Mean => ((first * one) + (second * other)) / (first + second),
        Linkage.Ward => Math.Sqrt((((first + third) * one * one) + ((second + third) * other * other) - (third * between * between)) / (first + second + third)),
        _ => Math.Min(one, other),
    };

    private static List<Merge> Label(int count, IReadOnlyList<(int A, int B, double Distance)> edges)
    {
        var (parent, cluster, sizes) = (Enumerable.Range(0, count).ToArray(), Enumerable.Range(0, count).ToArray(), Enumerable.Repeat(1, count).ToArray());
        var merges = new List<Merge>(edges.Count);
        foreach (var (a, b, distance) in edges)
        {
            var (one, other) = (Root(parent, a), Root(parent, b));
            sizes[one] += sizes[other];
            merges.Add(new Merge(Math.Min(cluster[one], cluster[other]), Math.Max(cluster[one], cluster[other]), distance, sizes[one]));
            parent[other] = one;
            cluster[one] = count + merges.Count - 1;
        }

        return merges;
    }

    private static int Root(int[] parent, int item)
    {
        while (parent[item] != item)
        {
            item = parent[item] = parent[parent[item]];
        }

        return item;
    }
}
