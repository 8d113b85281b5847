namespace MLOps.Monitoring.Statistics;

/// <summary>Spearman's ρ: Pearson's correlation of the ranks, ties sharing their mean rank.</summary>
public static class RankCorrelation
{
    /// <returns>-1 to 1; null for fewer than two pairs, or where one side is constant.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or a value is NaN.</exception>
    public static double? Spearman(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        if (first.Length != second.Length)
        {
            throw new ArgumentException($"{first.Length} and {second.Length} values: pairs are needed.", nameof(second));
        }

        if (first.Length < 2)
        {
            return null;
        }

        var a = Ranks(first);
        var b = Ranks(second);
        var middle = (first.Length + 1) / 2.0;
        double products = 0, squaresA = 0, squaresB = 0;
        for (var i = 0; i < a.Length; i++)
        {
            products += (a[i] - middle) * (b[i] - middle);
            squaresA += (a[i] - middle) * (a[i] - middle);
            squaresB += (b[i] - middle) * (b[i] - middle);
        }

        return squaresA > 0 && squaresB > 0 ? Math.Clamp(products / Math.Sqrt(squaresA * squaresB), -1, 1) : null;
    }

    private static double[] Ranks(ReadOnlySpan<double> values)
    {
        var sorted = values.ToArray();
        var order = new int[values.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = double.IsNaN(values[i]) ? throw new ArgumentException($"Value {i} is NaN: it has no rank.", nameof(values)) : i;
        }

        Array.Sort(sorted, order);
        var ranks = new double[order.Length];
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            end = start + 1;
            while (end < sorted.Length && sorted[end] == sorted[start])
            {
                end++;
            }

            // Ranks from 1: the tied places start+1 … end share their mean.
            for (var i = start; i < end; i++)
            {
                ranks[order[i]] = (start + 1 + end) / 2.0;
            }
        }

        return ranks;
    }
}
