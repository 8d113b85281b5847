using MLOps.Contracts.Endpoints;

namespace MLOps.Silo.Endpoints;

/// <summary>What all gateways have seen of an endpoint, and the evidence so far. Apart from the endpoint itself, because it changes every second under load
/// and a few seconds of it may be lost in a crash.</summary>
[GenerateSerializer, Alias("mlops.EndpointTelemetryState")]
internal sealed class EndpointTelemetryState
{
    /// <summary>Gateways known; the one not heard of for longest goes first.</summary>
    private const int MaximumGateways = 256;

    /// <summary>The last report of each gateway, in the order they came.</summary>
    [Id(0)]
    public List<GatewaySeen> Gateways { get; set; } = [];

    [Id(1)]
    public List<VariantCounts> Variants { get; set; } = [];

    /// <summary>Counts of <see cref="StepOf"/>.</summary>
    [Id(2)]
    public List<VariantCounts> Step { get; set; } = [];

    [Id(3)]
    public List<ShadowCounts> Shadows { get; set; } = [];

    /// <summary>The largest ln-evidence of the running test so far, by variant; under "" that against the expected shares.</summary>
    [Id(4)]
    public Dictionary<string, double> Evidence { get; set; } = [];

    /// <summary>The running test's verdict, once there is one.</summary>
    [Id(5)]
    public AbResult? Decided { get; set; }

    /// <summary>The canary's step that <see cref="Step"/> counts; null: of none. The step itself is in the endpoint's state, which is another write: counts that a crash
    /// left from the step before are known by it.</summary>
    [Id(6)]
    public CanaryStepId? StepOf { get; set; }

    /// <returns>False: this report has been counted already.</returns>
    public bool IsNew(EndpointReport report)
    {
        var known = Gateways.FindIndex(gateway => gateway.Gateway == report.Gateway);
        if (known >= 0)
        {
            if (Gateways[known].Sequence >= report.Sequence)
            {
                return false;
            }

            Gateways.RemoveAt(known);
        }

        Gateways.Add(new GatewaySeen(report.Gateway, report.Sequence));
        if (Gateways.Count > MaximumGateways)
        {
            Gateways.RemoveAt(0);
        }

        return true;
    }

    public void Add(EndpointReport report)
    {
        foreach (var counts in report.Variants)
        {
            EndpointCounts.Add(Variants, counts);
            if (StepOf is not null)
            {
                EndpointCounts.Add(Step, counts);
            }
        }

        foreach (var counts in report.Shadows)
        {
            EndpointCounts.Add(Shadows, counts);
        }
    }

    /// <summary>Drops the counts of what is not loaded any more, and those of another step of the canary.</summary>
    public void Keep(EndpointSnapshot endpoint)
    {
        bool IsLoaded(string name, long revision) => endpoint.Variants.Any(variant => variant.Spec.Name == name && variant.LoadRevision == revision);
        Variants.RemoveAll(counts => !IsLoaded(counts.Variant, counts.LoadRevision));
        Step.RemoveAll(counts => !IsLoaded(counts.Variant, counts.LoadRevision));
        Shadows.RemoveAll(counts => !IsLoaded(counts.Variant, counts.LoadRevision));
        if (CanaryStepId.Of(endpoint.Canary) is var step && step != StepOf)
        {
            StepOf = step;
            Step = [];
        }
    }

    public void BeginTest()
    {
        Evidence = [];
        Decided = null;
    }
}
