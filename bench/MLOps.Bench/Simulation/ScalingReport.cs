using System.Globalization;

namespace MLOps.Bench.Simulation;

/// <summary>The simulation beside what was measured, then beyond it.</summary>
internal static class ScalingReport
{
    private const int Seed = 20_261_126;

    /// <summary>A network inside one data centre, one way.</summary>
    private const double Network = 50e-6;

    /// <summary>What Orleans' call to another process, two messages and their wake-ups, added on two cores of a quiet machine (bench/README.md).</summary>
    private const double QuietCall = 47e-6;

    private static readonly string[] Scenarios = [ClusterCosts.LogMetric, ClusterCosts.GetRun, ClusterCosts.Infer];

    /// <returns>0.</returns>
    public static int Write(ScalingFigures figures, TextWriter output)
    {
        var costs = Calibration.Solve(figures);
        Line(output, $"Solved from one silo: a core gives {costs.Share:0.00}; request or answer on a link {costs.Link * 1e6:0} µs, of a process that sleeps {costs.LinkWakeUp * 1e6:0} µs more; metric {costs.Metric * 1e6:0} µs and transaction {costs.SiloTransaction * 1e6:0} µs of the silo, row {costs.Row * 1e6:0} µs and transaction {costs.Transaction * 1e6:0} µs of the database, flush {costs.Flush * 1e6:0} µs. From an earlier record: a grain's message {costs.Message * 1e6:0} µs, of a connection that sleeps {costs.WakeUp * 1e6:0} µs more, of a process that does {costs.ProcessWakeUp * 1e6:0} µs more.");
        Line(output, $"\n| silos, {figures.Cores} cores for all | scenario | connections | measured/s | slowest and fastest pass | simulated/s | error | measured p50 ms | simulated | processor µs a call, measured | simulated | metrics a commit, measured | simulated |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var comparison in Compare(figures, costs))
        {
            var (measured, simulated) = (comparison.Measured, comparison.Simulated);
            var passes = figures.Passes(comparison.Silos, measured.Scenario, measured.Connections);
            var (batch, modelled) = measured.Scenario == ClusterCosts.LogMetric ? (figures.Batch(comparison.Silos, measured.Connections).ToString("0.0", CultureInfo.InvariantCulture), simulated.Batch.ToString("0.0", CultureInfo.InvariantCulture)) : (string.Empty, string.Empty);
            Line(output, $"| {comparison.Silos} | {measured.Scenario} | {measured.Connections} | {measured.CallsPerSecond:0} | {passes[0].CallsPerSecond:0} to {passes[^1].CallsPerSecond:0} | {simulated.CallsPerSecond:0} | {Math.Round(comparison.Error, 2):+0 %;-0 %;0 %} | {measured.P50:0.00} | {simulated.P50:0.00} | {measured.Costs.Values.Sum():0} | {simulated.Processors * 1e6:0} | {batch} | {modelled} |");
        }

        Line(output, $"\nBeyond: machines of their own, {Network * 1e6:0} µs of network one way, silos and gateways of 8 cores (half as many gateways as silos), databases of 32, 64 callers a silo.");
        Beyond(costs, Scenarios, output);
        var whole = 2 * (costs.Message + costs.WakeUp + costs.ProcessWakeUp);
        Line(output, $"\nThe same where a grain's call between processes costs {QuietCall * 1e6:0} µs instead of {whole * 1e6:0}, as on a quiet machine, and waking a process for a link that much less too.");
        Beyond(costs with { Message = costs.Message * QuietCall / whole, WakeUp = costs.WakeUp * QuietCall / whole, ProcessWakeUp = costs.ProcessWakeUp * QuietCall / whole, LinkWakeUp = costs.LinkWakeUp * QuietCall / whole }, [ClusterCosts.LogMetric, ClusterCosts.Infer], output);
        return 0;
    }

    /// <summary>Every setting that was measured beside its simulation.</summary>
    public static IEnumerable<ScalingComparison> Compare(ScalingFigures figures, ClusterCosts costs) =>
        from silos in figures.Silos
        from scenario in Scenarios
        from connections in (int[])[1, Calibration.Busy]
        select new ScalingComparison(silos, figures.Of(silos, scenario, connections), new ClusterSimulation(costs, new ClusterShape(silos, 1, 1, connections, figures.Cores), scenario, Seed).Run());

    private static void Beyond(ClusterCosts costs, string[] scenarios, TextWriter output)
    {
        Line(output, $"\n| scenario | silos | gateways | databases | calls/s | p50 ms | p99 ms | gateways | silos | databases | disks |\n|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var scenario in scenarios)
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
    }

    private static void Line(TextWriter output, FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
