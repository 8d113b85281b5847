namespace MLOps.Monitoring.Statistics;

/// <summary>Divergences between two discrete distributions over the same bins, given as fractions that sum to 1.</summary>
public static class Divergences
{
    /// <summary>Kullback–Leibler divergence KL(p‖q) in nats; infinite where q has an empty bin that p has not.</summary>
    public static double KullbackLeibler(ReadOnlySpan<double> p, ReadOnlySpan<double> q)
    {
        Check(p, q);
        var sum = 0.0;
        for (var i = 0; i < p.Length; i++)
        {
            sum += p[i] == 0 ? 0 : p[i] * Math.Log(p[i] / q[i]);
        }

        return sum;
    }

    /// <summary>Jensen–Shannon distance (the root of the divergence) by the natural logarithm, at most √ln 2. Evidently's definition.</summary>
    public static double JensenShannonDistanceNaturalLog(ReadOnlySpan<double> p, ReadOnlySpan<double> q)
    {
        Check(p, q);
        var sum = 0.0;
        for (var i = 0; i < p.Length; i++)
        {
            var middle = (p[i] + q[i]) / 2;
            sum += p[i] == 0 ? 0 : p[i] * Math.Log(p[i] / middle);
            sum += q[i] == 0 ? 0 : q[i] * Math.Log(q[i] / middle);
        }

        // Rounding can leave a sum a hair below 0 for equal distributions.
        return Math.Sqrt(Math.Max(0, sum) / 2);
    }

    /// <summary>Jensen–Shannon distance by the logarithm of base 2, at most 1. NannyML's definition.</summary>
    public static double JensenShannonDistanceBase2(ReadOnlySpan<double> p, ReadOnlySpan<double> q) =>
        JensenShannonDistanceNaturalLog(p, q) / Math.Sqrt(Math.Log(2));

    /// <summary>Hellinger distance, 0..1.</summary>
    public static double Hellinger(ReadOnlySpan<double> p, ReadOnlySpan<double> q)
    {
        Check(p, q);
        var sum = 0.0;
        for (var i = 0; i < p.Length; i++)
        {
            var gap = Math.Sqrt(p[i]) - Math.Sqrt(q[i]);
            sum += gap * gap;
        }

        return Math.Sqrt(sum / 2);
    }

    internal static void Check(ReadOnlySpan<double> p, ReadOnlySpan<double> q)
    {
        if (p.IsEmpty || p.Length != q.Length)
        {
            throw new ArgumentException($"The distributions have {p.Length} and {q.Length} bins: expected the same number, at least one.", nameof(q));
        }
    }
}
