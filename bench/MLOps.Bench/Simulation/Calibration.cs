namespace MLOps.Bench.Simulation;

/// <summary>Finds the costs with which the simulation of one silo gives what was measured of one silo, with one caller and with many. It looks at no other figure.</summary>
internal static class Calibration
{
    /// <summary>The many callers.</summary>
    public const int Busy = 16;

    private const int Seed = 1;
    private const int Calls = 20_000;

    public static ClusterCosts Solve(ScalingFigures figures)
    {
        double Measured(string scenario, int connections, string role) => figures.Of(1, scenario, connections).Costs[role] / 1e6;
        double Processors(string scenario) => figures.Of(1, scenario, Busy).Costs.Values.Sum() / 1e6;
        double Alone(string scenario) => 1 / figures.Of(1, scenario, 1).CallsPerSecond;
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
        };

        // One caller finds every connection asleep: his time says what a message costs with its wake-up, the processors' time of many how much of it is the wake-up.
        var message = ((Alone(ClusterCosts.Infer) * costs.Share) - costs.Client[ClusterCosts.Infer] - costs.Gateway) / 2;
        costs = Fit(message, Processors(ClusterCosts.Infer), ClusterCosts.Infer, figures.Cores, part => costs with { Message = part, WakeUp = message - part });

        // The same for what a silo does for a metric, and for a transaction.
        var silo = ((Alone(ClusterCosts.LogMetric) - costs.Flush) * costs.Share) - costs.Client[ClusterCosts.LogMetric] - costs.Gateway - (2 * message) - costs.Transaction - costs.Row;
        return Fit(silo, Processors(ClusterCosts.LogMetric), ClusterCosts.LogMetric, figures.Cores, part => costs with { Metric = part, SiloTransaction = silo - part });
    }

    /// <summary>The split of <paramref name="whole"/> into what each call pays and what many can share, with which many callers take <paramref name="processors"/> seconds a call.</summary>
    private static ClusterCosts Fit(double whole, double processors, string scenario, int cores, Func<double, ClusterCosts> split)
    {
        var (low, high) = (0.0, whole);
        for (var step = 0; step < 12; step++)
        {
            var part = (low + high) / 2;
            if (new ClusterSimulation(split(part), new ClusterShape(1, 1, 1, Busy, cores), scenario, Seed, Calls).Run().Processors < processors)
            {
                low = part;
            }
            else
            {
                high = part;
            }
        }

        return split((low + high) / 2);
    }
}
