namespace MLOps.Monitoring.Statistics;

/// <summary>The two-sample Kolmogorov–Smirnov test, two-sided.</summary>
public static class KolmogorovSmirnov
{
    /// <summary>D = sup|F₁ − F₂| of the empirical distribution functions. Ties within and between the samples are stepped over together.</summary>
    public static double Statistic(ReadOnlySpan<double> first, ReadOnlySpan<double> second) =>
        StatisticOfSorted(Samples.Sorted(first, nameof(first)), Samples.Sorted(second, nameof(second)));

    internal static double StatisticOfSorted(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        int i = 0, j = 0;
        var largest = 0.0;
        while (i < first.Length && j < second.Length)
        {
            var value = Math.Min(first[i], second[j]);
            while (i < first.Length && first[i] == value)
            {
                i++;
            }

            while (j < second.Length && second[j] == value)
            {
                j++;
            }

            largest = Math.Max(largest, Math.Abs(((double)i / first.Length) - ((double)j / second.Length)));
        }

        return largest;
    }

    /// <summary>D·√(nm/(n+m)): comparable between sample sizes.</summary>
    public static double Normalise(double statistic, int n, int m) =>
        statistic * Math.Sqrt((double)n * m / ((double)n + m));

    /// <summary>P(D ≥ d) if both samples came independently from one continuous distribution: the one-sample law at the effective size round(nm/(n+m)),
    /// which is what SciPy calls asymptotic.</summary>
    public static double AsymptoticPValue(double statistic, int n, int m) =>
        KolmogorovDistribution.Survival((int)Math.Round((double)n * m / ((double)n + m), MidpointRounding.ToEven), statistic);

    /// <summary>P(D ≥ d) exactly, by counting the lattice paths from (0,0) to (n,m) that touch |i/n − j/m| ≥ d. Time n·m, memory m:
    /// meant for small samples. Given ties it is conservative.</summary>
    public static double ExactPValue(double statistic, int n, int m)
    {
        // Distances are multiples of 1/(nm): whole numbers compare without rounding trouble.
        var limit = (long)Math.Round(statistic * n * m);
        var touched = new double[m + 1];
        for (var i = 0; i <= n; i++)
        {
            for (var j = 0; j <= m; j++)
            {
                if (Math.Abs(((long)i * m) - ((long)j * n)) >= limit)
                {
                    touched[j] = 1;
                }
                else if (i + j == 0)
                {
                    touched[j] = 0;
                }
                else
                {
                    var fromBelow = i == 0 ? 0 : touched[j] * i;
                    var fromLeft = j == 0 ? 0 : touched[j - 1] * j;
                    touched[j] = (fromBelow + fromLeft) / (i + j);
                }
            }
        }

        return touched[m];
    }
}
