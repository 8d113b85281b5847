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

    /// <summary>The mean of the columns' own ρ. Ranked together, columns of different levels agree in which column is the higher one, whatever is in them.</summary>
    /// <param name="columns">The column of each pair.</param>
    /// <param name="first">Values, [pairs].</param>
    /// <param name="second">Values, [pairs].</param>
    /// <returns>-1 to 1, over the columns that have a ρ; null where none has.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or a value is NaN.</exception>
    public static double? Spearman(ReadOnlySpan<int> columns, ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        if (columns.Length != first.Length || first.Length != second.Length)
        {
            throw new ArgumentException($"{columns.Length} columns of {first.Length} and {second.Length} values: pairs and the column of each are needed.", nameof(columns));
        }

        var pairs = new Dictionary<int, (List<double> First, List<double> Second)>();
        for (var i = 0; i < columns.Length; i++)
        {
            if (!pairs.TryGetValue(columns[i], out var column))
            {
                pairs[columns[i]] = column = ([], []);
            }

            column.First.Add(first[i]);
            column.Second.Add(second[i]);
        }

        return pairs.Values.Select(column => Spearman(column.First.ToArray(), column.Second.ToArray())).Average();
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
