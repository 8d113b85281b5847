using MLOps.Contracts.Endpoints;

namespace MLOps.Gateway.Endpoints;

/// <summary>What all gateways have seen of an endpoint, about a second late. Latencies are ms, right to about 3 %.</summary>
internal sealed record InsightResponse(
    string Name,
    long Revision,
    IEnumerable<VariantInsight> Variants,
    CanaryResponse? Canary,
    IEnumerable<VariantInsight> CanaryStep,
    IEnumerable<ShadowInsight> Shadows,
    AbInsight? AbTest)
{
    public static InsightResponse Of(EndpointInsight insight) => new(
        insight.Endpoint.Name,
        insight.Endpoint.Revision,
        insight.Variants.Select(VariantInsight.Of),
        CanaryResponse.Of(insight.Endpoint),
        insight.Endpoint.Canary is { Status: CanaryStatus.Running } ? insight.Step.Select(VariantInsight.Of) : [],
        insight.Shadows.Select(shadow => ShadowInsight.Of(shadow, insight.RankCorrelations)),
        AbInsight.Of(insight.AbTest));
}

/// <summary>Counts of one loaded variant.</summary>
/// <param name="Refused">Requests that did not fit the model, but for those that asked for its version.</param>
internal sealed record VariantInsight(string Name, long Requests, long Errors, long Refused, double? LatencyP50Ms, double? LatencyP99Ms)
{
    public static VariantInsight Of(VariantCounts counts) =>
        new(counts.Variant, counts.Requests, counts.Errors, counts.Refused, counts.Latency.Quantile(0.5), counts.Latency.Quantile(0.99));
}
