namespace MLOps.Contracts.Endpoints;

/// <summary>Where a monitored feature lies in a request.</summary>
/// <param name="Input">Name of the input tensor.</param>
/// <param name="Index">Flat row-major index inside one batch row.</param>
[GenerateSerializer, Immutable, Alias("mlops.MonitoredElement")]
public sealed record MonitoredElement(
    [property: Id(0)] string Feature,
    [property: Id(1)] string Input,
    [property: Id(2)] int Index);
