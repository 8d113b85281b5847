using System.Globalization;
using MLOps.Contracts.Endpoints;
using MLOps.Monitoring.Sequential;
using MLOps.Tracking.Serving;

namespace MLOps.Silo.Endpoints;

/// <summary>How an A/B test stands: always-valid intervals of the differences to the control, and before them the check of the shares.
/// Several variants share alpha equally (Bonferroni).</summary>
internal static class AbJudge
{
    /// <summary>Probability of distrusting shares that are right.</summary>
    public const double SampleRatioAlpha = 0.01;

    /// <summary>Under this key of the evidence is that against the expected shares.</summary>
    public const string SampleRatioKey = "";

    /// <param name="spec">The test.</param>
    /// <param name="variants">The endpoint's.</param>
    /// <param name="sums">Units and outcomes so far.</param>
    /// <param name="evidence">The largest ln-evidence so far, raised here where it grew.</param>
    public static AbResult Judge(AbTestSpec spec, IReadOnlyList<VariantState> variants, IReadOnlyList<OutcomeSum> sums, Dictionary<string, double> evidence)
    {
        var arms = variants.Where(variant => variant.Spec is { Role: VariantRole.Live, Weight: > 0 }).ToArray();
        var weight = arms.Sum(arm => arm.Spec.Weight);
        var shares = arms.Select(arm => arm.Spec.Weight / weight).ToArray();
        var units = arms.Select(arm => Sum(sums, arm.Spec.Name, "").Count).ToArray();
        if (arms.Length < 2)
        {
            return new AbResult(spec, AbVerdict.Collecting, null, "Fewer than two variants get traffic.", 1, 1, []);
        }

        Raise(evidence, SampleRatioKey, SampleRatio.LogEvidence(units, shares));
        var ratio = Math.Min(1, Math.Exp(-evidence[SampleRatioKey]));
        var chiSquare = SampleRatio.ChiSquarePValue(units, shares);
        var isMismatch = ratio < SampleRatioAlpha;
        var alpha = spec.Alpha / (arms.Length - 1);
        var control = Moments(Sum(sums, spec.Control, spec.Metric));
        var judged = arms.Select((arm, i) => Arm(spec, arm.Spec.Name, shares[i], units[i], control, Moments(Sum(sums, arm.Spec.Name, spec.Metric)), alpha, isMismatch ? null : evidence)).ToArray();
        if (isMismatch)
        {
            return new AbResult(
                spec,
                AbVerdict.SampleRatioMismatch,
                null,
                Text($"The variants got {string.Join(", ", units)} units, which shares of {string.Join(", ", shares.Select(share => share.ToString("P1", CultureInfo.InvariantCulture)))} do not explain (p = {ratio:G2}): no verdict, find what loses or repeats units."),
                ratio,
                chiSquare,
                judged);
        }

        var rivals = judged.Where(arm => arm.Variant != spec.Control).ToArray();
        var best = rivals.Where(arm => Better(spec, arm)).MaxBy(arm => spec.HigherIsBetter ? arm.Difference : -arm.Difference);
        var (verdict, winner, explanation) = best is not null
            ? (AbVerdict.Winner, best.Variant, Text($"{best.Variant} is better than {spec.Control}: {spec.Metric} differs by {best.Difference:G4}, in [{best.Lower:G4}, {best.Upper:G4}]."))
            : rivals.All(arm => Worse(spec, arm))
                ? (AbVerdict.ControlWins, spec.Control, Text($"Every other variant is worse than {spec.Control}."))
                : (AbVerdict.Collecting, null, Text($"Not decided at alpha {spec.Alpha:G2}."));
        return new AbResult(spec, verdict, winner, explanation, ratio, chiSquare, judged);
    }

    /// <summary>Outcomes of some variants together.</summary>
    public static Moments Pool(IReadOnlyList<OutcomeSum> sums, string metric, Func<string, bool> variants) =>
        sums.Where(sum => sum.Metric == metric && variants(sum.Variant)).Aggregate(default(Moments), (all, sum) => all.Plus(Moments(sum)));

    /// <param name="evidence">Null: nothing is compared.</param>
    private static AbArm Arm(AbTestSpec spec, string name, double share, long units, Moments control, Moments own, double alpha, Dictionary<string, double>? evidence)
    {
        var arm = new AbArm(name, share, units, own.Count, own.Count == 0 ? null : own.Mean, own.Count < 2 ? null : Math.Sqrt(own.Variance));
        if (evidence is null
            || name == spec.Control
            || own.Count < spec.MinPerVariant
            || control.Count < spec.MinPerVariant
            || MeanDifference.Compare(control, own, alpha, spec.EffectSize) is not { } interval)
        {
            return arm;
        }

        Raise(evidence, name, interval.LogEvidence);
        return arm with
        {
            Difference = interval.Difference,
            Lower = interval.Lower,
            Upper = interval.Upper,
            Confidence = 1 - Math.Min(1, Math.Exp(-evidence[name]) * spec.Alpha / alpha),
        };
    }

    private static bool Better(AbTestSpec spec, AbArm arm) => spec.HigherIsBetter ? arm.Lower > 0 : arm.Upper < 0;

    private static bool Worse(AbTestSpec spec, AbArm arm) => spec.HigherIsBetter ? arm.Upper < 0 : arm.Lower > 0;

    private static void Raise(Dictionary<string, double> evidence, string key, double value) =>
        evidence[key] = Math.Max(value, evidence.GetValueOrDefault(key, double.NegativeInfinity));

    private static OutcomeSum Sum(IReadOnlyList<OutcomeSum> sums, string variant, string metric) =>
        sums.FirstOrDefault(sum => sum.Variant == variant && sum.Metric == metric) ?? new OutcomeSum(variant, metric, 0, 0, 0);

    private static Moments Moments(OutcomeSum sum) => new(sum.Count, sum.Mean, sum.SquaredDeviations);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
