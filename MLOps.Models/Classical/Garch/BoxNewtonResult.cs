namespace MLOps.Models.Classical.Garch;

/// <param name="Slope">Largest absolute slope of a coordinate that is free to move.</param>
internal sealed record BoxNewtonResult(double[] Point, double Value, double Slope, int Iterations, bool Converged);
