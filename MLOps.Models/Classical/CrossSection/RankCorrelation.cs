namespace MLOps.Models.Classical.CrossSection;

/// <summary>Ranks and Spearman's correlation of them, ties by their mean rank: the information coefficient of a forecast of order.</summary>
public static class RankCorrelation
{
    /// <summary>0 where one side has no order at all.</summary>
    public static double Spearman(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        var (a, b) = (Ranks(first), Ranks(second));
        var mean = (a.Length + 1) / 2.0;
        var (both, one, other) = (0.0, 0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            both += (a[i] - mean) * (b[i] - mean);
            one += (a[i] - mean) * (a[i] - mean);
            other += (b[i] - mean) * (b[i] - mean);
        }

        return one == 0 || other == 0 ? 0 : both / Math.Sqrt(one * other);
    }

    /// <summary>From 1 for the smallest.</summary>
    public static double[] Ranks(IReadOnlyList<double> values)
    {
        int[] order = [.. Enumerable.Range(0, values.Count).OrderBy(i => values[i])];
        var ranks = new double[values.Count];
        for (var from = 0; from < order.Length;)
        {
            var to = from;
            while (to < order.Length && values[order[to]].Equals(values[order[from]]))
            {
                to++;
            }

            for (var k = from; k < to; k++)
            {
                ranks[order[k]] = (from + to + 1) / 2.0;
            }

            from = to;
        }

        return ranks;
    }
}
