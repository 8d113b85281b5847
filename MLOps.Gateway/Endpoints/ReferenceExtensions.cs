using MLOps.Contracts.Endpoints;

namespace MLOps.Gateway.Endpoints;

/// <summary>Whose inputs callers are taken to know.</summary>
internal static class ReferenceExtensions
{
    /// <summary>The live variant with the most traffic, leaving out the candidate of a running canary, however much it has by now.</summary>
    public static VariantState ReferenceVariant(this EndpointSnapshot endpoint)
    {
        var candidate = endpoint.Canary is { Status: CanaryStatus.Running } canary ? canary.Spec.Variant : null;
        var live = endpoint.Variants.Where(variant => variant.Spec.Role == VariantRole.Live).ToArray();
        return live.Where(variant => variant.Spec.Name != candidate).MaxBy(variant => variant.Spec.Weight) ?? live.MaxBy(variant => variant.Spec.Weight)!;
    }
}
