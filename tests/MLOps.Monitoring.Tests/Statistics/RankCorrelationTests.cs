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

    [Fact]
    public void Spearman_ByColumn_IsTheMeanOfTheirsAndOfOneColumnItsOwn()
    {
        double[] first = [1, 100, 2, 200, 3, 300, 7];
        double[] second = [1, 300, 2, 200, 3, 100, 9];
        Assert.Equal(0, RankCorrelation.Spearman([0, 1, 0, 1, 0, 1, 2], first, second)!.Value, 12);
        Assert.Equal(RankCorrelation.Spearman(first, second), RankCorrelation.Spearman(new int[7], first, second));

        // The constant column has no correlation that could count.
        Assert.Equal(1, RankCorrelation.Spearman([0, 1, 0, 1], [1, 5, 2, 5], [3, 5, 4, 6])!.Value, 12);
        Assert.Null(RankCorrelation.Spearman([0, 1, 2], [1, 2, 3], [1, 2, 3]));
        Assert.Throws<ArgumentException>(() => RankCorrelation.Spearman([0], [1, 2], [1, 2]));
    }

    [Fact]
    public void Spearman_NoiseInColumnsOfDifferentLevels_IsNoAgreement()
    {
        const int Columns = 10;
        var random = new Random(1);
        var columns = Enumerable.Range(0, 1_000).Select(i => i % Columns).ToArray();
        double[] Noise() => [.. columns.Select(column => (10 * column) + random.NextDouble())];
        var (live, shadow) = (Noise(), Noise());
        Assert.InRange(RankCorrelation.Spearman(live, shadow)!.Value, 0.98, 1);
        Assert.InRange(RankCorrelation.Spearman(columns, live, shadow)!.Value, -0.1, 0.1);
    }
}
