namespace MLOps.Monitoring.Statistics;

/// <summary>Pearson's χ² test of goodness of fit.</summary>
public static class ChiSquareTest
{
    /// <param name="observed">Counts.</param>
    /// <param name="expected">Expected counts, each above 0, of the same sum.</param>
    /// <exception cref="ArgumentException">The lengths or sums differ, or an expected count is not positive.</exception>
    public static TestResult GoodnessOfFit(ReadOnlySpan<double> observed, ReadOnlySpan<double> expected)
    {
        if (observed.Length != expected.Length || observed.Length < 2)
        {
            throw new ArgumentException($"{observed.Length} observed and {expected.Length} expected counts: the same number, at least 2, is needed.", nameof(expected));
        }

        double statistic = 0, observedSum = 0, expectedSum = 0;
        for (var i = 0; i < observed.Length; i++)
        {
            if (!(expected[i] > 0))
            {
                throw new ArgumentException($"Expected count {i} is {expected[i]}: it must be above 0; merge empty classes.", nameof(expected));
            }

            observedSum += observed[i];
            expectedSum += expected[i];
            statistic += (observed[i] - expected[i]) * (observed[i] - expected[i]) / expected[i];
        }

        if (Math.Abs(observedSum - expectedSum) > 1e-8 * expectedSum)
        {
            throw new ArgumentException($"Observed counts sum to {observedSum}, expected ones to {expectedSum}: scale the expected counts to the observed sum.", nameof(expected));
        }

        return new TestResult(statistic, SpecialFunctions.UpperGamma((observed.Length - 1) / 2.0, statistic / 2));
    }
}
