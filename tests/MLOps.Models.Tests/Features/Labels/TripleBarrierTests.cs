using MLOps.Models.Evaluation;
using MLOps.Models.Features.Labels;
using MLOps.Testing;

namespace MLOps.Models.Tests.Features.Labels;

public sealed class TripleBarrierTests
{
    private static readonly double[] Closes = TestSeries.Sp500.Close;

    [Theory]
    [InlineData("pt1_sl1_h10", 1, 1, 10)]
    [InlineData("pt2_sl2_h10", 2, 2, 10)]
    [InlineData("pt2_sl1_h20", 2, 1, 20)]
    public void Label_Sp500_AgreesWithTheReference(string name, double gain, double loss, int horizon)
    {
        var expected = TestSeries.Reference("signals-reference.json", "triple_barrier_sp500").GetProperty(name);
        var labels = Label(gain, loss, horizon);

        Assert.Equal(expected.GetProperty("n").GetInt32(), labels.Length);
        Assert.Equal(expected.GetProperty("first20").Numbers(), labels.Take(20).Select(label => (double)label.Side));
        Assert.Equal(expected.GetProperty("up").GetInt32(), labels.Count(label => label.Side == 1));
        Assert.Equal(expected.GetProperty("down").GetInt32(), labels.Count(label => label.Side == -1));
        Assert.Equal(expected.GetProperty("timeout").GetInt32(), labels.Count(label => label.Side == 0));
        Assert.Equal(expected.GetProperty("mean_hold").GetDouble(), labels.Average(label => label.Span.End - label.Span.Start), 1e-12);
    }

    [Fact]
    public void AverageUniqueness_Sp500_AgreesWithTheReference()
    {
        var expected = TestSeries.Reference("signals-reference.json", "avg_uniqueness_pt1_sl1_h10");
        var uniqueness = SampleWeights.AverageUniqueness([.. Label(1, 1, 10).Select(label => label.Span)], Closes.Length);

        Assert.InRange(Lre.Of(uniqueness.Average(), expected.GetProperty("mean").GetDouble()), 11, 16);
        Assert.All(expected.GetProperty("first5").Numbers().Zip(uniqueness), pair => Assert.InRange(Lre.Of(pair.Second, pair.First), 11, 16));
    }

    [Fact]
    public void Label_LaterClosesChange_LeavesLabelsThatWereComplete()
    {
        double[] part = [.. Closes.Take(1000)];
        var barrier = new TripleBarrier(1, 1, 10);
        var before = barrier.Label(part, EwmVolatility.Of(part), Enumerable.Range(100, 899));
        var after = Label(1, 1, 10);

        Assert.All(before.Zip(after).Where(pair => pair.First.IsComplete), pair => Assert.Equal(pair.First, pair.Second));
        Assert.InRange(before.Count(label => !label.IsComplete), 1, 9);
    }

    [Fact]
    public void Label_ABarrierExactlyMet_Counts()
    {
        double[] closes = [100, 100, 101, 100, 99, 100];
        var labels = new TripleBarrier(1, 1, 3).Label(closes, [0.01, 0.01, 0.01, 0.01, 0.02, 0.01], [0, 3, 4]);

        Assert.Equal([new LabelSpan(0, 2), new LabelSpan(3, 4), new LabelSpan(4, 5)], labels.Select(label => label.Span));
        Assert.Equal([1, -1, 0], labels.Select(label => label.Side));
        Assert.Equal([true, true, false], labels.Select(label => label.IsComplete));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(5104)]
    public void Label_AnEventThatCannotBeLabelled_IsRefused(int row) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TripleBarrier(1, 1, 10).Label(Closes, EwmVolatility.Of(Closes), [row]));

    private static TripleBarrierLabel[] Label(double gain, double loss, int horizon) =>
        new TripleBarrier(gain, loss, horizon).Label(Closes, EwmVolatility.Of(Closes), Enumerable.Range(100, Closes.Length - 101));
}
