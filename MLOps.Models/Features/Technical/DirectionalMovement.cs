namespace MLOps.Models.Features.Technical;

/// <summary>Wilder's directional movement, 0..100: the two directional indicators and their average index.</summary>
public sealed record DirectionalMovement(double[] PlusDi, double[] MinusDi, double[] Adx);
