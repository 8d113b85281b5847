using CsCheck;
using MLOps.Contracts.Runs;
using MLOps.Gateway.Runs;

namespace MLOps.Gateway.Tests.Experiments;

public sealed class DownsamplingTests
{
    [Fact]
    public void MinMax_ShortSeries_IsKeptWholeInOrderOfStep()
    {
        var reduced = Downsampling.MinMax([new Metric("m", 2, 20, 2), new Metric("m", 1, 10, 1)], 4);
        Assert.Equal([1L, 2L], reduced.Select(metric => metric.Step));
    }

    [Fact]
    public void MinMax_OneSpikeInAMillion_IsKept()
    {
        var series = Enumerable.Range(0, 1_000_000).Select(i => new Metric("m", i == 777_777 ? 1e6 : Math.Sin(i), i, i)).ToArray();
        var reduced = Downsampling.MinMax(series, 2000);
        Assert.InRange(reduced.Count, 1000, 2000);
        Assert.Contains(reduced, metric => metric.Step == 777_777);
        Assert.Equal(series[0], reduced[0]);
        Assert.Equal(series[^1], reduced[^1]);
    }

    [Fact]
    public void MinMax_NaNAmongNumbers_HidesNeitherMinimumNorMaximum()
    {
        double[] values = [0, 5, 1, double.NaN, 3, double.NaN, 0];
        var reduced = Downsampling.MinMax([.. values.Select((value, i) => new Metric("m", value, i, i))], 4);
        Assert.Equal([0, 5, 1, 0], reduced.Select(metric => metric.Value));
    }

    [Fact]
    public void MinMax_OnlyNaN_KeepsTheGap()
    {
        var reduced = Downsampling.MinMax([.. Enumerable.Range(0, 100).Select(i => new Metric("m", double.NaN, i, i))], 4);
        Assert.Equal(3, reduced.Count);
    }

    [Fact]
    public void MinMax_AnySeries_KeepsExtremesEndsOrderAndLimit() =>
        Gen.Select(Gen.Double[-1e6, 1e6].Array[1, 500], Gen.Int[4, 100]).Sample((values, limit) =>
        {
            var series = values.Select((value, i) => new Metric("m", value, i, i)).ToArray();
            var reduced = Downsampling.MinMax(series, limit);
            Assert.InRange(reduced.Count, 1, limit);
            Assert.Equal(values.Min(), reduced.Min(metric => metric.Value));
            Assert.Equal(values.Max(), reduced.Max(metric => metric.Value));
            Assert.Equal(series[0], reduced[0]);
            Assert.Equal(series[^1], reduced[^1]);
            Assert.Equal(reduced.OrderBy(metric => metric.Step), reduced);
        });
}
