namespace MLOps.Monitoring.Statistics;

/// <summary>Two-sample statistics of the pooled ranks; ties share their mean rank.</summary>
public static class RankStatistics
{
    /// <summary>The two-sample Cramér–von Mises criterion T of Anderson (1962).</summary>
    public static double CramerVonMises(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        var a = Samples.Sorted(first, nameof(first));
        var b = Samples.Sorted(second, nameof(second));
        double n = a.Length, m = b.Length;
        var u = (n * SquaredRankGaps(a, a, b)) + (m * SquaredRankGaps(b, a, b));
        return (u / (n * m * (n + m))) - (((4 * n * m) - 1) / (6 * (n + m)));
    }

    /// <summary>Mann–Whitney's U of the first sample: pairs in which it is the larger, ties counting one half.</summary>
    public static double MannWhitneyU(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        var a = Samples.Sorted(first, nameof(first));
        var b = Samples.Sorted(second, nameof(second));
        var ranks = 0.0;
        foreach (var value in a)
        {
            ranks += Samples.MidRank(a, b, value);
        }

        return ranks - (a.Length * (a.Length + 1.0) / 2);
    }

    private static double SquaredRankGaps(double[] own, double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < own.Length; i++)
        {
            var gap = Samples.MidRank(a, b, own[i]) - (i + 1);
            sum += gap * gap;
        }

        return sum;
    }
}
