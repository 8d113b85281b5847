namespace MLOps.Models.Features.Technical;

/// <summary>Moving average convergence divergence: the line, its exponential average, and their difference.</summary>
public sealed record Macd(double[] Line, double[] Signal, double[] Histogram);
