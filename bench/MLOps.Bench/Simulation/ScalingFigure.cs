using MLOps.Bench.Load;

namespace MLOps.Bench.Simulation;

/// <summary>One measurement of a cluster.</summary>
/// <param name="Label">How many silos there were.</param>
internal sealed record ScalingFigure(string Label, LoadResult Result);
