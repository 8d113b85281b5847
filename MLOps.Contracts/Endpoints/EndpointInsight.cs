namespace MLOps.Contracts.Endpoints;

/// <summary>What all gateways together have seen of an endpoint, and what follows from it.</summary>
/// <param name="Variants">Counts since each variant was loaded.</param>
/// <param name="Step">Counts since the running canary's step began; empty without one.</param>
/// <param name="RankCorrelations">Spearman's ρ by shadow and output (<c>shadow/output</c>), over the last pairs sampled: within a column, the mean over the output's columns.</param>
/// <param name="AbTest">Null: no test.</param>
[GenerateSerializer, Immutable, Alias("mlops.EndpointInsight")]
public sealed record EndpointInsight(
    [property: Id(0)] EndpointSnapshot Endpoint,
    [property: Id(1)] IReadOnlyList<VariantCounts> Variants,
    [property: Id(2)] IReadOnlyList<VariantCounts> Step,
    [property: Id(3)] IReadOnlyList<ShadowCounts> Shadows,
    [property: Id(4)] IReadOnlyDictionary<string, double> RankCorrelations,
    [property: Id(5)] AbResult? AbTest);
