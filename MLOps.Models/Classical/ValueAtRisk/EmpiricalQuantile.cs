namespace MLOps.Models.Classical.ValueAtRisk;

/// <summary>Quantiles of a sample by linear interpolation between order statistics: rule 7 of Hyndman and Fan (1996), the default of NumPy and R.</summary>
internal static class EmpiricalQuantile
{
    /// <param name="ascending">The sample in order.</param>
    public static double Of(ReadOnlySpan<double> ascending, double level)
    {
        var (below, share) = Place(ascending.Length, level);
        return share == 0 ? ascending[below] : ((1 - share) * ascending[below]) + (share * ascending[below + 1]);
    }

    /// <summary>The order statistic below the quantile, counted from 0, and how far it is towards the next.</summary>
    public static (int Below, double Share) Place(int count, double level)
    {
        var place = (count - 1) * level;
        var below = Math.Min((int)Math.Floor(place), count - 1);
        return (below, below == count - 1 ? 0 : place - below);
    }

    /// <summary>How many of the largest values all levels need.</summary>
    public static int Largest(int count, IReadOnlyList<double> levels) => count - levels.Min(level => Place(count, level).Below);

    /// <summary>The quantiles as sums over the largest values in descending order: a matrix [largest, levels], row-major.</summary>
    public static double[] Weights(int count, IReadOnlyList<double> levels)
    {
        var largest = Largest(count, levels);
        var weights = new double[largest * levels.Count];
        for (var k = 0; k < levels.Count; k++)
        {
            var (below, share) = Place(count, levels[k]);
            weights[((count - 1 - below) * levels.Count) + k] = 1 - share;
            if (share > 0)
            {
                weights[((count - 2 - below) * levels.Count) + k] = share;
            }
        }

        return weights;
    }
}
