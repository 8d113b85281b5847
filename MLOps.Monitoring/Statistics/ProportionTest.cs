namespace MLOps.Monitoring.Statistics;

/// <summary>The two-sided z test that two proportions are equal, with the pooled variance.</summary>
public static class ProportionTest
{
    public static TestResult Compare(long firstSuccesses, long firstCount, long secondSuccesses, long secondCount)
    {
        CheckCounts(firstSuccesses, firstCount, nameof(firstCount));
        CheckCounts(secondSuccesses, secondCount, nameof(secondCount));
        var pooled = (firstSuccesses + (double)secondSuccesses) / (firstCount + (double)secondCount);
        var variance = pooled * (1 - pooled) * ((1.0 / firstCount) + (1.0 / secondCount));
        if (variance == 0)
        {
            // All successes or all failures in both: the proportions are equal.
            return new TestResult(0, 1);
        }

        var z = (((double)firstSuccesses / firstCount) - ((double)secondSuccesses / secondCount)) / Math.Sqrt(variance);
        return new TestResult(z, SpecialFunctions.UpperGamma(0.5, z * z / 2));
    }

    private static void CheckCounts(long successes, long count, string name)
    {
        if (count < 1 || successes < 0 || successes > count)
        {
            throw new ArgumentException($"{successes} of {count}: expected 0 ≤ successes ≤ count and count ≥ 1.", name);
        }
    }
}
