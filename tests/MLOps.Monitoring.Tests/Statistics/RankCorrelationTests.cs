using MLOps.Monitoring.Statistics;

namespace MLOps.Monitoring.Tests.Statistics;

public sealed class RankCorrelationTests
{
    [Fact]
    public void Spearman_PublishedExample_IsItsValue()
    {
        // IQ and weekly hours of television, the worked example of Spearman's coefficient on Wikipedia: ρ = −29/165.
        double[] iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110];
        double[] hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17];
        Assert.Equal(-29.0 / 165, RankCorrelation.Spearman(iq, hours)!.Value, 12);
    }

    [Fact]
    public void Spearman_Ties_ShareTheirMeanRank()
    {
        // Ranks 1, 2.5, 2.5, 4 against 1, 3, 2, 4: Pearson's r = 4.5/√(4.5·5).
        Assert.Equal(4.5 / Math.Sqrt(4.5 * 5), RankCorrelation.Spearman([1, 2, 2, 3], [10, 30, 20, 40])!.Value, 12);
    }

    [Fact]
    public void Spearman_AnyIncreasingFunction_IsOne()
    {
        double[] values = [0.3, -2, 5, 1.5, 0];
        Assert.Equal(1, RankCorrelation.Spearman(values, [.. values.Select(Math.Exp)])!.Value, 12);
        Assert.Equal(-1, RankCorrelation.Spearman(values, [.. values.Select(value => -value)])!.Value, 12);
    }

    [Fact]
    public void Spearman_WhatHasNoRanks_IsNullOrRefused()
    {
        Assert.Null(RankCorrelation.Spearman([1, 2, 3], [7, 7, 7]));
        Assert.Null(RankCorrelation.Spearman([1], [2]));
        Assert.Throws<ArgumentException>(() => RankCorrelation.Spearman([1, double.NaN], [1, 2]));
        Assert.Throws<ArgumentException>(() => RankCorrelation.Spearman([1, 2], [1]));
    }
}
