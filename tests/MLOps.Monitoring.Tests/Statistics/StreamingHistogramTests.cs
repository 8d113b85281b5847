using MLOps.Monitoring.Statistics;

namespace MLOps.Monitoring.Tests.Statistics;

public sealed class StreamingHistogramTests
{
    public static TheoryData<string, double[]> Streams => new()
    {
        { "normal", Draw(1, random => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())) },
        { "far from zero", Draw(2, random => 1e12 + random.NextDouble()) },
        { "many magnitudes", Draw(3, random => Math.Pow(10, random.Next(-300, 300)) * (random.Next(2) == 0 ? -1 : 1)) },
        { "tiny", Draw(4, random => random.NextDouble() * double.Epsilon * 1000) },
        { "largest", [double.MaxValue, -double.MaxValue, 0, 1] },
        { "zeros", [0, 0, 0] },
        { "one outlier last", [.. Draw(5, random => random.NextDouble()), 1e9] },
        { "negative downwards", [.. Enumerable.Range(0, 1000).Select(i => -(double)i)] },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void Bins_AnyStream_CountEveryValueWhereItIs(string name, double[] values)
    {
        var histogram = new StreamingHistogram();
        foreach (var value in values)
        {
            histogram.Add(value);
        }

        var bins = histogram.Bins();
        Assert.InRange(bins.Count, 1, StreamingHistogram.MaximumBins);
        Assert.True(bins[0].Count > 0 && bins[^1].Count > 0, name);
        Assert.All(bins, bin => Assert.Equal(values.Count(value => value >= bin.From && value < bin.To), bin.Count));
        Assert.Equal(values.Length, bins.Sum(bin => bin.Count));
        Assert.All(bins.Zip(bins.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
    }

    [Fact]
    public void Bins_WideRange_AreMoreThanHalfOfThoseAllowed()
    {
        var histogram = new StreamingHistogram();
        Draw(6, random => random.NextDouble()).ToList().ForEach(histogram.Add);
        Assert.InRange(histogram.Bins().Count, 17, 32);
    }

    [Fact]
    public void Bins_WholeNumbers_OneEach()
    {
        var histogram = new StreamingHistogram();
        new double[] { 3, 1, 2, 2, 6 }.ToList().ForEach(histogram.Add);
        Assert.Equal([(1, 2, 1), (2, 3, 2), (3, 4, 1), (4, 5, 0), (5, 6, 0), (6, 7, 1)], histogram.Bins(leastWidth: 1));
    }

    [Fact]
    public void Bins_Nothing_IsEmpty() => Assert.Empty(new StreamingHistogram().Bins(1));

    [Fact]
    public void Add_Infinity_IsRefused() => Assert.Throws<ArgumentException>(() => new StreamingHistogram().Add(double.PositiveInfinity));

    private static double[] Draw(int seed, Func<Random, double> draw)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 2000).Select(_ => draw(random))];
    }
}
