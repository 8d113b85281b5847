using MLOps.Models.Search;

namespace MLOps.Models.Tests.Search;

public class MedianPrunerTests
{
    private static readonly IReadOnlyList<SearchLoss>[] Ended = [Curve(1.0, 0.8, 0.2), Curve(1.0, 0.6, 0.5), Curve(0.9, 0.7, 0.6)];

    [Theory]
    [InlineData(0.71, true)] // worse than the median 0.7 at the same step
    [InlineData(0.7, false)]
    [InlineData(0.3, false)]
    [InlineData(double.NaN, true)]
    public void Trial_IsPruned_WhenWorseThanTheMedianAtItsStep(double second, bool pruned) =>
        Assert.Equal(pruned, new MedianPruner(3, 0).IsToPrune(Curve(double.IsNaN(second) ? double.NaN : 1.5, second), Ended));

    [Fact]
    public void Trial_ThatWasGoodBefore_IsJudgedByItsBest() =>
        Assert.False(new MedianPruner(3, 0).IsToPrune(Curve(0.5, 9.9), Ended));

    [Fact]
    public void Trial_InItsWarmUp_IsNotJudged()
    {
        Assert.False(new MedianPruner(3, 2).IsToPrune(Curve(9, 9), Ended));
        Assert.True(new MedianPruner(3, 2).IsToPrune(Curve(9, 9, 9), Ended));
    }

    [Fact]
    public void Trials_BeforeEnoughHaveEnded_AreNotJudged() =>
        Assert.False(new MedianPruner(4, 0).IsToPrune(Curve(9, 9), Ended));

    [Fact]
    public void Median_OfAnEvenNumber_IsBetweenTheTwo()
    {
        IReadOnlyList<SearchLoss>[] two = [Curve(0.2), Curve(0.4)];

        Assert.False(new MedianPruner(2, 0).IsToPrune(Curve(0.3), two));
        Assert.True(new MedianPruner(2, 0).IsToPrune(Curve(0.301), two));
    }

    [Fact]
    public void Trial_WithoutAValueYet_IsNotJudged() => Assert.False(new MedianPruner(0, 0).IsToPrune([], Ended));

    private static SearchLoss[] Curve(params double[] values) => [.. values.Select((value, i) => new SearchLoss(i + 1, value))];
}
