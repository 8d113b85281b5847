namespace MLOps.Client.Monitoring;

/// <summary>One feature of one window.</summary>
public sealed record FeatureDrift
{
    public required string Feature { get; init; }

    /// <summary>Two-sample statistic D against the reference.</summary>
    public double KolmogorovSmirnov { get; init; }

    /// <summary>D·√(nm/(n+m)), comparable between window sizes.</summary>
    public double Normalised { get; init; }

    /// <summary>p of D under independence, which market data does not have: for comparison only.</summary>
    public double TextbookPValue { get; init; }

    public double PopulationStabilityIndex { get; init; }
}
