namespace MLOps.Bench.Simulation;

/// <summary>Finds the costs with which the simulation gives what was measured of one silo, with one caller and with many. It looks at no other figure.</summary>
internal static class Calibration
{
    /// <summary>The many callers.</summary>
    public const int Busy = 16;

    /// <summary>Of a grain's message, in seconds, and of what sleeps when it comes. Metrics alone do not say what of their time is messages: these were solved from a record of 2026-11-27, when predictions still were grain calls (docs/scaling.md).</summary>
    private const double Message = 14e-6;
    private const double WakeUp = 46e-6;
    private const double ProcessWakeUp = 84e-6;

    private const int Seed = 1;
    private const int Calls = 20_000;

    public static ClusterCosts Solve(ScalingFigures figures)
    {
        double Measured(string scenario, int connections, string role) => figures.Of(1, scenario, connections).Costs[role] / 1e6;
        double Processors(string scenario) => figures.Of(1, scenario, Busy).Costs.Values.Sum() / 1e6;
        double Elapsed(string scenario) => 1 / figures.Of(1, scenario, 1).CallsPerSecond;
        string[] scenarios = [ClusterCosts.LogMetric, ClusterCosts.GetRun, ClusterCosts.Infer];

        // One connection has a transaction for itself, many share it.
        var batch = figures.Batch(1, Busy);
        var row = ((Measured(ClusterCosts.LogMetric, Busy, "postgres") * batch) - Measured(ClusterCosts.LogMetric, 1, "postgres")) / (batch - 1);
        var costs = new ClusterCosts
        {
            // In the scenario that is shortest of processors: they cannot have got less.
            Share = scenarios.Max(scenario => Processors(scenario) * figures.Of(1, scenario, Busy).CallsPerSecond) / figures.Cores,
            Client = scenarios.ToDictionary(scenario => scenario, scenario => Measured(scenario, Busy, "client")),
            Gateway = Measured(ClusterCosts.GetRun, Busy, "gateway"),
            Read = Measured(ClusterCosts.GetRun, Busy, "postgres"),
            Row = row,
            Transaction = Measured(ClusterCosts.LogMetric, 1, "postgres") - row,
            Flush = figures.Flush,
            Message = Message,
            WakeUp = WakeUp,
            ProcessWakeUp = ProcessWakeUp,
        };

        // A prediction's request and answer on a link. With many callers both processes are awake, one caller finds them asleep.
        var prediction = (Elapsed(ClusterCosts.Infer) * costs.Share) - costs.Client[ClusterCosts.Infer] - costs.Gateway;
        costs = Bisect(0, prediction / 2, link => costs with { Link = link, LinkWakeUp = (prediction / 2) - link }, cheap => Simulated(cheap, ClusterCosts.Infer) < Processors(ClusterCosts.Infer));

        // What a silo does for a metric, and for a transaction, which many share.
        var silo = ((Elapsed(ClusterCosts.LogMetric) - costs.Flush) * costs.Share) - costs.Client[ClusterCosts.LogMetric] - costs.Gateway - (2 * (Message + WakeUp + ProcessWakeUp)) - costs.Transaction - costs.Row;
        return Bisect(0, silo, metric => costs with { Metric = metric, SiloTransaction = silo - metric }, part => Simulated(part, ClusterCosts.LogMetric) < Processors(ClusterCosts.LogMetric));

        double Simulated(ClusterCosts with, string scenario) => new ClusterSimulation(with, new ClusterShape(1, 1, 1, Busy, figures.Cores), scenario, Seed, Calls).Run().Processors;
    }

    /// <summary>The costs of the number between two up to which they are too low.</summary>
    private static ClusterCosts Bisect(double low, double high, Func<double, ClusterCosts> costs, Func<ClusterCosts, bool> tooLow)
    {
        for (var step = 0; step < 9; step++)
        {
            var middle = (low + high) / 2;
            if (tooLow(costs(middle)))
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return costs((low + high) / 2);
    }
}
