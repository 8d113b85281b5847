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
        Link = 20e-6,
        LinkWakeUp = 30e-6,
        Message = 10e-6,
        WakeUp = 90e-6,
        Read = 0,
        Row = 10e-6,
        Transaction = 100e-6,
        Metric = 10e-6,
        SiloTransaction = 100e-6,
        Flush = 1e-3,
    };

    /// <summary>Nothing but a grain's call and its answer.</summary>
    private static readonly ClusterCosts Messages = Costs with { Row = 0, Transaction = 0, Metric = 0, SiloTransaction = 0, Flush = 0 };

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Infer_OneCaller_WakesTheProcessThatReceives(int silos)
    {
        var load = Run(new ClusterShape(silos, 1, 1, 1), ClusterCosts.Infer);
        Assert.Equal(2 * (20 + 30), load.Processors * 1e6, 5.0);
    }

    [Fact]
    public void Infer_ManyCallersOfFewProcessors_HardlyEverWakeThem()
    {
        var load = Run(new ClusterShape(1, 1, 1, 64, Shared: 2), ClusterCosts.Infer);
        Assert.InRange(load.Processors * 1e6, 2 * 20 * 0.9, 2 * 20 * 1.15);
    }

    /// <summary>Two messages, or four for those whose grain is not where the gateway sends: these come round half as often.</summary>
    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 2.67)]
    [InlineData(4, 3.2)]
    public void GrainCall_PassesThroughTheSiloThatWasDrawn(int silos, double messages)
    {
        var load = Run(new ClusterShape(silos, 1, 1, 64), ClusterCosts.LogMetric, Messages with { WakeUp = 0 });
        Assert.Equal(messages * 10, load.Processors * 1e6, messages);
    }

    [Fact]
    public void GrainCall_OfOneCaller_WakesEveryEndAndTheProcessThatReceives()
    {
        var load = Run(new ClusterShape(1, 1, 1, 1), ClusterCosts.LogMetric, Messages with { ProcessWakeUp = 300e-6 });
        Assert.Equal(2 * (100 + 300), load.Processors * 1e6, 2 * 400 * 0.05);
    }

    [Fact]
    public void GrainCalls_OfManyCallersOfManySilos_WakeConnectionsButHardlyProcesses()
    {
        var shape = new ClusterShape(4, 1, 1, 64, Shared: 2);
        var (free, dear) = (Run(shape, ClusterCosts.LogMetric, Messages with { WakeUp = 0 }), Run(shape, ClusterCosts.LogMetric, Messages with { WakeUp = 0, ProcessWakeUp = 90e-6 }));
        Assert.InRange((dear.Processors - free.Processors) * 1e6, 0, 60);
        Assert.InRange((Run(shape, ClusterCosts.LogMetric, Messages).Processors - free.Processors) * 1e6, 60, 315);
    }

    [Fact]
    public void GrainCalls_OfManyCallersOnOneConnection_HardlyEverWakeIt()
    {
        var load = Run(new ClusterShape(1, 1, 1, 64, Shared: 2), ClusterCosts.LogMetric, Messages);
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
