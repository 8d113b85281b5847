using MLOps.Monitoring.Statistics;

namespace MLOps.Monitoring.Tests.Statistics;

public sealed class QuantileSketchTests
{
    private static readonly double[] Shares = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    [InlineData(QuantileSketch.ExactCount)]
    public void Quantiles_FewValues_AreExact(int count)
    {
        var values = Shuffled(count, 1);
        var sketch = Of(values);
        Array.Sort(values);
        Assert.Equal(Shares.Select(share => values[Math.Max(0, (int)Math.Ceiling(share * count) - 1)]), sketch.Quantiles(Shares));
    }

    [Theory]
    [InlineData("shuffled")]
    [InlineData("ascending")]
    [InlineData("descending")]
    [InlineData("zigzag")]
    public void Quantiles_AMillionValues_AreWithinAFifthOfAPercentInRank(string order)
    {
        const int Count = 1_000_000;
        double[] values = order switch
        {
            "shuffled" => Shuffled(Count, 2),
            "ascending" => [.. Enumerable.Range(0, Count).Select(i => (double)i)],
            "descending" => [.. Enumerable.Range(0, Count).Select(i => (double)(Count - 1 - i))],
            _ => [.. Enumerable.Range(0, Count).Select(i => (double)(i % 2 == 0 ? i : Count - i))],
        };
        var sketch = Of(values);
        Assert.Equal(Count, sketch.Count);
        foreach (var (share, quantile) in Shares.Zip(sketch.Quantiles(Shares)))
        {
            // The values are their own ranks.
            Assert.InRange(quantile / Count, share - 0.002, share + 0.002);
        }
    }

    [Fact]
    public void Quantiles_OneValueManyTimes_IsThatValue() => Assert.Equal([7, 7, 7], Of([.. Enumerable.Repeat(7.0, 50_000)]).Quantiles(0, 0.5, 1));

    [Fact]
    public void Quantiles_SameStream_SameAnswer() => Assert.Equal(Of(Shuffled(100_000, 3)).Quantiles(Shares), Of(Shuffled(100_000, 3)).Quantiles(Shares));

    [Fact]
    public void Quantiles_NoValues_AreRefused() => Assert.Throws<InvalidOperationException>(() => new QuantileSketch().Quantiles(0.5));

    [Fact]
    public void Add_NaN_IsRefused() => Assert.Throws<ArgumentException>(() => new QuantileSketch().Add(double.NaN));

    private static QuantileSketch Of(double[] values)
    {
        var sketch = new QuantileSketch();
        foreach (var value in values)
        {
            sketch.Add(value);
        }

        return sketch;
    }

    private static double[] Shuffled(int count, int seed)
    {
        double[] values = [.. Enumerable.Range(0, count).Select(i => (double)i)];
        new Random(seed).Shuffle(values);
        return values;
    }
}
