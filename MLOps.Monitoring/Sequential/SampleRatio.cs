using MLOps.Monitoring.Statistics;

namespace MLOps.Monitoring.Sequential;

/// <summary>Whether units were assigned in the shares that were asked for, to be looked at as often as one likes.
/// <para>The evidence is the Bayes factor of Lindon and Malek, "Anytime-Valid Inference for Multinomial Count Data" (2022): under Dirichlet(α) with α = 100·θ over the true shares,
/// E = Γ(Σα)/Γ(Σα+n) · Π Γ(αᵢ+nᵢ)/Γ(αᵢ) / Π θᵢ^nᵢ. It is a martingale of mean 1 when the shares are θ, exactly, so P(E ever ≥ 1/p) ≤ p.</para></summary>
public static class SampleRatio
{
    /// <summary>How concentrated the alternative is about the expected shares: deviations of about five points are found soonest.</summary>
    private const double Concentration = 100;

    /// <param name="counts">Units of each arm.</param>
    /// <param name="shares">Expected shares, each above 0, summing to 1.</param>
    /// <returns>ln E.</returns>
    /// <exception cref="ArgumentException">Other lengths, shares or counts.</exception>
    public static double LogEvidence(ReadOnlySpan<long> counts, ReadOnlySpan<double> shares)
    {
        if (counts.Length != shares.Length || counts.Length < 2)
        {
            throw new ArgumentException($"{counts.Length} counts and {shares.Length} shares: the same number, at least 2, is needed.", nameof(shares));
        }

        double log = 0, sum = 0;
        long total = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            if (!(shares[i] > 0) || counts[i] < 0)
            {
                throw new ArgumentException($"Arm {i} has {counts[i]} units and share {shares[i]}: expected a count of 0 or more and a share above 0.", nameof(shares));
            }

            var prior = Concentration * shares[i];
            log += SpecialFunctions.LogGamma(prior + counts[i]) - SpecialFunctions.LogGamma(prior) - (counts[i] * Math.Log(shares[i]));
            sum += shares[i];
            total += counts[i];
        }

        return Math.Abs(sum - 1) <= 1e-9
            ? log + SpecialFunctions.LogGamma(Concentration) - SpecialFunctions.LogGamma(Concentration + total)
            : throw new ArgumentException($"The shares sum to {sum}: expected 1.", nameof(shares));
    }

    /// <summary>Pearson's test of the same counts, valid for a single look.</summary>
    /// <returns>The p-value; 1 before the first unit.</returns>
    public static double ChiSquarePValue(ReadOnlySpan<long> counts, ReadOnlySpan<double> shares)
    {
        double total = 0;
        var observed = new double[counts.Length];
        for (var i = 0; i < counts.Length; i++)
        {
            total += observed[i] = counts[i];
        }

        if (total == 0)
        {
            return 1;
        }

        var expected = new double[shares.Length];
        for (var i = 0; i < shares.Length; i++)
        {
            expected[i] = shares[i] * total;
        }

        return ChiSquareTest.GoodnessOfFit(observed, expected).PValue;
    }
}
