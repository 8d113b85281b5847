using MLOps.Contracts.Endpoints;

namespace MLOps.Gateway.Endpoints;

/// <summary>How an A/B test stands. All p-values and intervals but the chi-square's are always valid.</summary>
internal sealed record AbInsight(
    string Metric,
    string Control,
    bool HigherIsBetter,
    double Alpha,
    string Verdict,
    string? Winner,
    string Explanation,
    double SampleRatioPValue,
    double ChiSquarePValue,
    IReadOnlyList<AbArm> Arms,
    bool IsFull)
{
    public static AbInsight? Of(AbResult? result) => result is null ? null : new(
        result.Spec.Metric,
        result.Spec.Control,
        result.Spec.HigherIsBetter,
        result.Spec.Alpha,
        result.Verdict switch
        {
            AbVerdict.Collecting => "collecting",
            AbVerdict.Winner => "winner",
            AbVerdict.ControlWins => "control_wins",
            _ => "sample_ratio_mismatch",
        },
        result.Winner,
        result.Explanation,
        result.SampleRatioPValue,
        result.ChiSquarePValue,
        result.Arms,
        result.IsFull);
}
