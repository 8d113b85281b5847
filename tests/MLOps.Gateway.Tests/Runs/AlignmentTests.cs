using MLOps.Contracts.Runs;
using MLOps.Gateway.Runs;

namespace MLOps.Gateway.Tests.Runs;

public sealed class AlignmentTests
{
    [Fact]
    public void Of_FewSteps_HasEveryStepAndTheLastValueOfEach()
    {
        var curve = Alignment.Of("loss", [Values("a", (0, 5), (2, 4), (2, 3)), Values("b", (1, 9))], 10);
        Assert.False(curve.Reduced);
        Assert.Equal([0, 1, 2], curve.Steps);
        Assert.Equal([5, null, 3], curve.Series[0].Values);
        Assert.Equal([null, 9, null], curve.Series[1].Values);
    }

    [Fact]
    public void Of_ManySteps_KeepsEveryRunsPeakAndTrough()
    {
        var peaky = Enumerable.Range(0, 1000).Select(step => ((long)step, step == 777 ? 1e6 : step == 321 ? -1e6 : 0.0)).ToArray();
        var flat = Enumerable.Range(500, 1000).Select(step => ((long)step, 1.0)).ToArray();
        var curve = Alignment.Of("loss", [Values("peaky", peaky), Values("flat", flat)], 20);
        Assert.True(curve.Reduced);
        Assert.Equal(20, curve.Steps.Count);
        Assert.Equal(curve.Steps.Order(), curve.Steps);
        Assert.Equal((0, 1499), (curve.Steps[0], curve.Steps[^1]));
        Assert.Contains(1e6, curve.Series[0].Values);
        Assert.Contains(-1e6, curve.Series[0].Values);

        // Over the buckets that lie beyond its last step a run has nothing.
        Assert.Null(curve.Series[0].Values[^1]);
        Assert.All(curve.Series[1].Values, value => Assert.True(value is null or 1));
    }

    [Fact]
    public void Of_NothingButNaN_ShowsTheNaN()
    {
        var curve = Alignment.Of("loss", [Values("a", [.. Enumerable.Range(0, 100).Select(step => ((long)step, double.NaN))])], 10);
        Assert.Contains(curve.Series[0].Values, value => value is double.NaN);
        Assert.DoesNotContain(curve.Series[0].Values, value => value is not null and not double.NaN);
    }

    private static RunValues Values(string run, params (long Step, double Value)[] values) =>
        new(run, [.. values.Select((value, i) => new Metric("loss", value.Value, i, value.Step))], Reduced: false);
}
