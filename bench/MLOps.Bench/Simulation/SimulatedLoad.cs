namespace MLOps.Bench.Simulation;

/// <summary>What a simulation gave. The shares are of the busiest machine of a kind; zero where one machine is all of them.</summary>
/// <param name="P50">In ms.</param>
/// <param name="P99">In ms.</param>
/// <param name="Processors">Seconds of processor time of a call, all roles together.</param>
/// <param name="Batch">Metrics of a transaction.</param>
internal sealed record SimulatedLoad(double CallsPerSecond, double P50, double P99, double Processors, double Batch, double Gateways, double Silos, double Databases, double Disks);
