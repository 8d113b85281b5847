namespace MLOps.Models.Features.Microstructure;

/// <summary>Trades of one interval of the clock.</summary>
/// <param name="Start">UTC.</param>
/// <param name="Return">Log return from the last trade of the interval before to the last of this one, in basis points.</param>
/// <param name="SignedVolume">Volume bought less volume sold.</param>
/// <param name="SignedRootValue">Sum of sign·√(price·size), as Hasbrouck takes it.</param>
public readonly record struct TradeInterval(DateTime Start, double Return, double SignedVolume, double SignedRootValue);
