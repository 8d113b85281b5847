using MLOps.Contracts.Endpoints;

namespace MLOps.Gateway.Endpoints;

/// <summary>An A/B test of a deployment.</summary>
internal sealed record DeployAbTest(
    string? Metric,
    string? Control,
    bool? HigherIsBetter = null,
    double? Alpha = null,
    long? MinPerVariant = null,
    double? EffectSize = null,
    bool? PromoteWinner = null)
{
    public AbTestSpec ToSpec()
    {
        var test = new AbTestSpec(
            Metric ?? throw DeployRequest.Invalid("ab_test.metric is missing: expected the metric of the feedback."),
            Control ?? throw DeployRequest.Invalid("ab_test.control is missing: expected the variant that the others are compared with."));
        return test with
        {
            HigherIsBetter = HigherIsBetter ?? test.HigherIsBetter,
            Alpha = Alpha ?? test.Alpha,
            MinPerVariant = MinPerVariant ?? test.MinPerVariant,
            EffectSize = EffectSize ?? test.EffectSize,
            PromoteWinner = PromoteWinner ?? test.PromoteWinner,
        };
    }

    public static DeployAbTest? Of(AbTestSpec? test) => test is null
        ? null
        : new(test.Metric, test.Control, test.HigherIsBetter, test.Alpha, test.MinPerVariant, test.EffectSize, test.PromoteWinner);
}
