namespace MLOps.Models.Features.Technical;

/// <param name="Lookback">Bars before the first for which it is defined.</param>
public sealed record TechnicalFeature(string Name, int Lookback, string Description);
