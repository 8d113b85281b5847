using System.Text.Json.Serialization;

namespace MLOps.Gateway.Monitoring;

/// <summary>One feature of a judged window. The p-value's name is given: the naming policy would make <c>textbook_pvalue</c> of it.</summary>
internal sealed record FeatureDriftResponse(
    string Feature,
    double KolmogorovSmirnov,
    double Normalised,
    [property: JsonPropertyName("textbook_p_value")] double TextbookPValue,
    double PopulationStabilityIndex);
