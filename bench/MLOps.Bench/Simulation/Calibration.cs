namespace MLOps.Bench.Simulation;

/// <summary>Finds the costs with which the simulation gives what was measured of one silo, with one caller and with many, and what the predictions of many cost with two. It looks at no other figure.</summary>
internal static class Calibration
{
    /// <summary>The many callers.</summary>
    public const int Busy = 16;

    private const int Seed = 1;
    private const int Calls = 20_000;

    public static ClusterCosts Solve(ScalingFigures figures)
    {
        double Measured(string scenario, int connections, string role) => figures.Of(1, scenario, connections).Costs[role] / 1e6;
        double Processors(int silos, string scenario) => figures.Of(silos, scenario, Busy).Costs.Values.Sum() / 1e6;
        double Elapsed(string scenario) => 1 / figures.Of(1, scenario, 1).CallsPerSecond;
        string[] scenarios = [ClusterCosts.LogMetric, ClusterCosts.GetRun, ClusterCosts.Infer];

        // One connection has a transaction for itself, many share it.
        var batch = figures.Batch(1, Busy);
        var row = ((Measured(ClusterCosts.LogMetric, Busy, "postgres") * batch) - Measured(ClusterCosts.LogMetric, 1, "postgres")) / (batch - 1);
        var costs = new ClusterCosts
        {
            // In the scenario that is shortest of processors: they cannot have got less.
            Share = scenarios.Max(scenario => Processors(1, scenario) * figures.Of(1, scenario, Busy).CallsPerSecond) / figures.Cores,
            Client = scenarios.ToDictionary(scenario => scenario, scenario => Measured(scenario, Busy, "client")),
            Gateway = Measured(ClusterCosts.GetRun, Busy, "gateway"),
            Read = Measured(ClusterCosts.GetRun, Busy, "postgres"),
            Row = row,
            Transaction = Measured(ClusterCosts.LogMetric, 1, "postgres") - row,
            Flush = figures.Flush,
        };

        var messages = (Elapsed(ClusterCosts.Infer) * costs.Share) - costs.Client[ClusterCosts.Infer] - costs.Gateway;

        // A prediction's two messages. With many callers on one connection everything is awake and they cost what they cost; with two silos there are six
        // connections, which sleep now and then in processes that are awake; one caller finds everything asleep.
        ClusterCosts OfOneSilo(double wakeUp) => Bisect(0, messages / 2, message => Alone(message, wakeUp), part => Simulated(part, ClusterCosts.Infer, 1) < Processors(1, ClusterCosts.Infer));
        ClusterCosts Alone(double message, double wakeUp) => costs with { Message = message, WakeUp = wakeUp, ProcessWakeUp = Math.Max(0, (messages / 2) - message - wakeUp) };
        costs = Bisect(0, messages / 2, OfOneSilo, cheap => Simulated(cheap, ClusterCosts.Infer, 2) < Processors(2, ClusterCosts.Infer));

        // What a silo does for a metric, and for a transaction, which many share.
        var silo = ((Elapsed(ClusterCosts.LogMetric) - costs.Flush) * costs.Share) - costs.Client[ClusterCosts.LogMetric] - costs.Gateway - messages - costs.Transaction - costs.Row;
        return Bisect(0, silo, metric => costs with { Metric = metric, SiloTransaction = silo - metric }, part => Simulated(part, ClusterCosts.LogMetric, 1) < Processors(1, ClusterCosts.LogMetric));

        double Simulated(ClusterCosts with, string scenario, int silos) => new ClusterSimulation(with, new ClusterShape(silos, 1, 1, Busy, figures.Cores), scenario, Seed, Calls).Run().Processors;
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
