using System.Globalization;

namespace MLOps.Bench.Simulation;

/// <summary>The simulation beside what was measured, then beyond it.</summary>
internal static class ScalingReport
{
    private const int Seed = 20_261_126;

    /// <summary>A network inside one data centre, one way.</summary>
    private const double Network = 50e-6;

    private static readonly string[] Scenarios = [ClusterCosts.LogMetric, ClusterCosts.GetRun, ClusterCosts.Infer];

    /// <returns>0.</returns>
    public static int Write(ScalingFigures figures, TextWriter output)
    {
        var costs = new ClusterCosts(figures);
        Line(output, $"Solved from one silo: transaction {costs.Transaction * 1e6:0} µs and row {costs.Row * 1e6:0} µs of the database, transaction {costs.SiloTransaction * 1e6:0} µs of the silo, flush {costs.Flush * 1e6:0} µs; hand-over between gateway and silo {costs.Handover * 1e6:0} µs.");
        Line(output, $"\n| silos, {figures.Cores} cores for all | scenario | connections | measured/s | simulated/s | error | measured p50 ms | simulated p50 ms | metrics a commit, measured | simulated |\n|---|---|---|---|---|---|---|---|---|---|");
        foreach (var silos in figures.Silos)
        {
            foreach (var scenario in Scenarios)
            {
                foreach (var connections in (int[])[1, ClusterCosts.Busy])
                {
                    var measured = figures.Of(silos, scenario, connections);
                    var simulated = new ClusterSimulation(costs, new ClusterShape(silos, 1, 1, connections, figures.Cores), scenario, Seed).Run();
                    var (batch, modelled) = scenario == ClusterCosts.LogMetric ? ($"{figures.Batches[(silos, connections)]:0.0}", $"{simulated.Batch:0.0}") : (string.Empty, string.Empty);
                    Line(output, $"| {silos} | {scenario} | {connections} | {measured.CallsPerSecond:0} | {simulated.CallsPerSecond:0} | {(simulated.CallsPerSecond / measured.CallsPerSecond) - 1:+0 %;-0 %} | {measured.P50:0.00} | {simulated.P50:0.00} | {batch} | {modelled} |");
                }
            }
        }

        Line(output, $"\nBeyond: machines of their own, {Network * 1e6:0} µs of network one way, silos and gateways of 8 cores (half as many gateways as silos), databases of 32, 64 callers a silo.\n");
        Line(output, $"| scenario | silos | gateways | databases | calls/s | p50 ms | p99 ms | gateways | silos | databases | disks |\n|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var scenario in Scenarios)
        {
            foreach (var (silos, databases) in ((int, int)[])[(1, 1), (3, 1), (10, 1), (30, 1), (100, 1), (100, 4), (100, 16)])
            {
                if (scenario == ClusterCosts.Infer && databases > 1)
                {
                    continue;
                }

                var gateways = (silos + 1) / 2;
                var load = new ClusterSimulation(costs, new ClusterShape(silos, gateways, databases, 64 * silos, Latency: Network), scenario, Seed).Run();
                Line(output, $"| {scenario} | {silos} | {gateways} | {databases} | {load.CallsPerSecond:0} | {load.P50:0.00} | {load.P99:0.00} | {load.Gateways:0 %} | {load.Silos:0 %} | {load.Databases:0 %} | {load.Disks:0 %} |");
            }
        }

        return 0;
    }

    private static void Line(TextWriter output, FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
