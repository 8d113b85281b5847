namespace MLOps.Models.Features.Technical;

/// <summary>Stochastic oscillator, 0..100, both lines from the element on where D is defined.</summary>
public sealed record Stochastic(double[] K, double[] D);
