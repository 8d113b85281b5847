namespace MLOps.Bench.Simulation;

/// <summary>Machines of a cluster and who calls it.</summary>
/// <param name="Shared">Everything is on one machine of so many cores, the callers too; null: each has a machine.</param>
/// <param name="Databases">Machines over which the runs are spread.</param>
/// <param name="Latency">Seconds of the network, one way.</param>
/// <param name="Connections">Callers, each with one call at a time.</param>
internal sealed record ClusterShape(int Silos, int Gateways, int Databases, int Connections, int? Shared = null, int SiloCores = 8, int GatewayCores = 8, int DatabaseCores = 32, double Latency = 0);
