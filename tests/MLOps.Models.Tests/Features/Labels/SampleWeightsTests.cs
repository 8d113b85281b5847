using MLOps.Models.Evaluation;
using MLOps.Models.Features.Labels;

namespace MLOps.Models.Tests.Features.Labels;

public sealed class SampleWeightsTests
{
    private static readonly LabelSpan[] Spans = [new(0, 2), new(1, 3), new(5, 5)];

    [Fact]
    public void Concurrency_OverlappingSpans_CountsThem() =>
        Assert.Equal([1, 2, 2, 1, 0, 1], SampleWeights.Concurrency(Spans, 6));

    [Fact]
    public void Concurrency_ASpanBeyondTheRows_IsRefused() =>
        Assert.Throws<ArgumentException>(() => SampleWeights.Concurrency(Spans, 5));

    [Fact]
    public void AverageUniqueness_OverlappingSpans_IsTheMeanShare() =>
        Assert.All(new[] { 2 / 3.0, 2 / 3.0, 1 }.Zip(SampleWeights.AverageUniqueness(Spans, 6)), pair => Assert.Equal(pair.First, pair.Second, 1e-12));

    [Fact]
    public void ByReturn_OverlappingSpans_SharesEachReturnAndSumsToTheirNumber()
    {
        double[] log = [0, 0.01, 0.03, 0.06, 0.06, 0.02];
        double[] own = [0.01 + (0.02 / 2), (0.02 / 2) + 0.03, 0.04];
        var weights = SampleWeights.ByReturn(Spans, Array.ConvertAll(log, Math.Exp));
        Assert.All(own.Zip(weights), pair => Assert.Equal(3 * pair.First / own.Sum(), pair.Second, 1e-12));
        Assert.Equal(3, weights.Sum(), 1e-12);
    }

    [Fact]
    public void ByReturn_APriceThatStandsStill_WeighsAllAlike() =>
        Assert.Equal([1, 1, 1], SampleWeights.ByReturn(Spans, [5, 5, 5, 5, 5, 5]));

    [Fact]
    public void TimeDecay_HalfOrNegative_FallsLinearlyInUniqueness()
    {
        Assert.All(new[] { 0.625, 0.75, 0.875, 1 }.Zip(SampleWeights.TimeDecay([1, 1, 1, 1], 0.5)), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.All(new[] { 0, 0, 0.5, 1 }.Zip(SampleWeights.TimeDecay([1, 1, 1, 1], -0.5)), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.Throws<ArgumentOutOfRangeException>(() => SampleWeights.TimeDecay([1], -1));
    }
}
