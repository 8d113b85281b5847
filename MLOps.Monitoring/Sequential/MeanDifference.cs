namespace MLOps.Monitoring.Sequential;

/// <summary>The difference of two means, to be looked at as often as one likes: the mixture sequential probability ratio test with a normal mixture.
/// <para>With V = s₁²/n₁ + s₂²/n₂ and the mixture N(0, τ²) over the true difference, the evidence against "no difference" is
/// Λ = √(V/(V+τ²)) · exp(τ²Δ²/(2V(V+τ²))) (Robbins 1970; Johari, Koomen, Pekelis, Walsh, "Always Valid Inference", 2022), a martingale of mean 1 under it,
/// so by Ville's inequality P(Λ ever ≥ 1/α) ≤ α. Solved for Δ it is the confidence sequence
/// Δ ± √(V(V+τ²)/τ² · (2·ln(1/α) + ln((V+τ²)/V))), which covers the true difference at all times at once.</para>
/// <para>Estimated variances make both asymptotic (Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas 2024): start after a minimum of outcomes.
/// τ = <c>effect size</c> × pooled standard deviation; it moves the time of the decision, not the error.</para></summary>
public static class MeanDifference
{
    /// <param name="control">Compared with.</param>
    /// <param name="treatment">Compared.</param>
    /// <param name="alpha">1 less the coverage, 0 to 1.</param>
    /// <param name="effectSize">In standard deviations, above 0.</param>
    /// <returns>Null while there is nothing to divide by: fewer than two values in an arm, or no variance in both.</returns>
    /// <exception cref="ArgumentOutOfRangeException">alpha or effectSize.</exception>
    public static SequentialInterval? Compare(Moments control, Moments treatment, double alpha, double effectSize)
    {
        if (!(alpha > 0 && alpha < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "expected above 0 and below 1");
        }

        if (!(effectSize > 0 && double.IsFinite(effectSize)))
        {
            throw new ArgumentOutOfRangeException(nameof(effectSize), effectSize, "expected above 0");
        }

        if (control.Count < 2 || treatment.Count < 2)
        {
            return null;
        }

        var variance = (control.Variance / control.Count) + (treatment.Variance / treatment.Count);
        if (!(variance > 0))
        {
            return null;
        }

        var pooled = (control.SquaredDeviations + treatment.SquaredDeviations) / (control.Count + treatment.Count - 2);
        var mixture = effectSize * effectSize * pooled;
        var difference = treatment.Mean - control.Mean;
        var logEvidence = (0.5 * Math.Log(variance / (variance + mixture)))
            + (mixture * difference * difference / (2 * variance * (variance + mixture)));
        var radius = Math.Sqrt(variance * (variance + mixture) / mixture * ((2 * Math.Log(1 / alpha)) + Math.Log((variance + mixture) / variance)));
        return new SequentialInterval(difference, difference - radius, difference + radius, logEvidence);
    }
}
