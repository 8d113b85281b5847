using MLOps.Bench.Load;

namespace MLOps.Bench.Simulation;

/// <summary>What was measured, and what the simulation gives for it.</summary>
internal sealed record ScalingComparison(int Silos, LoadResult Measured, SimulatedLoad Simulated)
{
    /// <summary>0.1: the simulation is a tenth too fast.</summary>
    public double Error => (Simulated.CallsPerSecond / Measured.CallsPerSecond) - 1;
}
