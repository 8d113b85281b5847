namespace MLOps.Models.Features.Technical;

/// <summary>Aroon, 0..100: how recent the lowest low and the highest high are.</summary>
public sealed record Aroon(double[] Down, double[] Up);
