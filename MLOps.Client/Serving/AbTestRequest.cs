namespace MLOps.Client.Serving;

/// <summary>A test between the live variants on the mean of an outcome that comes back as feedback.</summary>
public sealed record AbTestRequest(
    string Metric,
    string Control,
    bool? HigherIsBetter = null,
    double? Alpha = null,
    long? MinPerVariant = null,
    double? EffectSize = null,
    bool? PromoteWinner = null);
