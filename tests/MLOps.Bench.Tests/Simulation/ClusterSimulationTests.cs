using MLOps.Bench.Simulation;

namespace MLOps.Bench.Tests.Simulation;

public sealed class ClusterSimulationTests
{
    private const int Seed = 7;

    private static readonly ClusterCosts Costs = new()
    {
        Share = 1,
        Client = new Dictionary<string, double> { [ClusterCosts.Infer] = 0, [ClusterCosts.LogMetric] = 0 },
        Gateway = 0,
        Message = 10e-6,
        WakeUp = 90e-6,
        Read = 0,
        Row = 10e-6,
        Transaction = 100e-6,
        Metric = 10e-6,
        SiloTransaction = 100e-6,
        Flush = 1e-3,
    };

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    [InlineData(4, 3.5)]
    public void Infer_OneCaller_WakesEveryEndAndPassesThroughTheSiloThatWasDrawn(int silos, double messages)
    {
        var load = Run(new ClusterShape(silos, 1, 1, 1), ClusterCosts.Infer);
        Assert.Equal(messages * 100, load.Processors * 1e6, messages * 5);
    }

    [Fact]
    public void Infer_OneCaller_WakesTheProcessThatReceives()
    {
        var load = Run(new ClusterShape(1, 1, 1, 1), ClusterCosts.Infer, Costs with { ProcessWakeUp = 300e-6 });
        Assert.Equal(2 * (100 + 300), load.Processors * 1e6, 2 * 400 * 0.05);
    }

    [Fact]
    public void Infer_ManyCallersOfManySilos_WakeConnectionsButHardlyProcesses()
    {
        var shape = new ClusterShape(4, 1, 1, 64, Shared: 2);
        var (free, dear) = (Run(shape, ClusterCosts.Infer, Costs with { WakeUp = 0 }), Run(shape, ClusterCosts.Infer, Costs with { WakeUp = 0, ProcessWakeUp = 90e-6 }));
        Assert.InRange((dear.Processors - free.Processors) * 1e6, 0, 60);
        Assert.InRange((Run(shape, ClusterCosts.Infer).Processors - free.Processors) * 1e6, 60, 315);
    }

    [Fact]
    public void Infer_ManyCallersOnOneConnection_HardlyEverWakeIt()
    {
        var load = Run(new ClusterShape(1, 1, 1, 64, Shared: 2), ClusterCosts.Infer);
        Assert.InRange(load.Processors * 1e6, 19, 40);
    }

    [Fact]
    public void LogMetric_SameCallersOnMoreSilos_ShareTransactionsLess()
    {
        var one = Run(new ClusterShape(1, 1, 1, 16), ClusterCosts.LogMetric);
        var four = Run(new ClusterShape(4, 1, 1, 16), ClusterCosts.LogMetric);
        Assert.InRange(one.Batch, 5, 16);
        Assert.InRange(four.Batch, 1, 4);
    }

    [Fact]
    public void Run_SameSeed_SameCourse() =>
        Assert.Equal(Run(new ClusterShape(3, 2, 1, 16), ClusterCosts.Infer), Run(new ClusterShape(3, 2, 1, 16), ClusterCosts.Infer));

    private static SimulatedLoad Run(ClusterShape shape, string scenario, ClusterCosts? costs = null) => new ClusterSimulation(costs ?? Costs, shape, scenario, Seed, calls: 20_000).Run();
}
