using MLOps.Bench.Load;

namespace MLOps.Bench.Tests.Load;

public sealed class PercentileTests
{
    [Theory]
    [InlineData(0.05, 15)]
    [InlineData(0.3, 20)]
    [InlineData(0.4, 20)]
    [InlineData(0.5, 35)]
    [InlineData(1, 50)]
    public void At_FiveValues_IsTheNearestRank(double quantile, double expected) =>
        Assert.Equal(expected, Percentile.At([15, 20, 35, 40, 50], quantile));

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.95)]
    [InlineData(0.99)]
    [InlineData(0.999)]
    public void At_AnyCount_IsTheLeastThatSoManyDoNotExceed(double quantile)
    {
        for (var count = 1; count <= 20_000; count++)
        {
            // In thousandths, whole numbers: rounding has no say in what is expected.
            var rank = ((count * (long)Math.Round(quantile * 1000)) + 999) / 1000;
            Assert.Equal(rank, Percentile.At(new Ranks(count), quantile));
        }
    }

    [Theory]
    [InlineData(999, 0.999, "-")]
    [InlineData(1000, 0.999, "999.000")]
    [InlineData(99, 0.99, "-")]
    [InlineData(100, 0.99, "99.000")]
    [InlineData(3, 1, "3.000")]
    [InlineData(0, 0.99, "NaN")]
    public void Column_FewValues_HasNoPercentileThatIsTheMaximum(int count, double quantile, string expected) =>
        Assert.Equal(expected, Percentile.Column(new Ranks(count), quantile));

    /// <summary>1, 2, 3, …</summary>
    private sealed class Ranks(int count) : IReadOnlyList<double>
    {
        public int Count => count;

        public double this[int index] => index < count ? index + 1 : throw new ArgumentOutOfRangeException(nameof(index));

        public IEnumerator<double> GetEnumerator() => Enumerable.Range(1, count).Select(i => (double)i).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
