using MLOps.Contracts.Endpoints;

namespace MLOps.Silo.Endpoints;

/// <summary>The weights in force during and after a canary.</summary>
internal static class CanaryWeights
{
    /// <summary>The candidate gets its share, the other live variants share the rest as they would without it.</summary>
    public static VariantState[] Apply(IReadOnlyList<VariantState> variants, CanaryProgress canary)
    {
        var share = canary.Status switch
        {
            CanaryStatus.Running => canary.Spec.Steps[canary.Step].Share,
            CanaryStatus.Promoted => 1,
            _ => 0,
        };
        var others = variants.Select((variant, i) => IsOther(variant.Spec, canary.Spec) ? canary.Weights[i] : 0).ToArray();
        var sum = others.Sum();
        return [.. variants.Select((variant, i) => variant with
        {
            Spec = variant.Spec with { Weight = variant.Spec.Name == canary.Spec.Variant ? share : sum > 0 ? others[i] / sum * (1 - share) : 0 },
        })];
    }

    private static bool IsOther(VariantSpec variant, CanarySpec canary) => variant.Role == VariantRole.Live && variant.Name != canary.Variant;
}
