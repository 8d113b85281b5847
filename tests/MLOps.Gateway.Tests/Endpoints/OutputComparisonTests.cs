using System.Runtime.InteropServices;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Statistics;
using MLOps.Gateway.Endpoints;
using MLOps.Inference.Tensors;

namespace MLOps.Gateway.Tests.Endpoints;

public sealed class OutputComparisonTests
{
    [Fact]
    public void Add_Pairs_AreMeasuredEveryWay()
    {
        var difference = Compare([1, -2, 0, 4], [1.5f, 2, 0, 3], [4]);
        Assert.Equal(4, difference.Elements);
        Assert.Equal(5.5, difference.AbsoluteSum, 9);
        Assert.Equal(4, difference.AbsoluteMax, 9);

        // |a−b|/max(|a|,|b|): 1/3, 2, 0 and 1/4.
        Assert.Equal((1.0 / 3) + 2 + 0.25, difference.RelativeSum, 9);
        Assert.Equal(2, difference.RelativeMax, 9);
        Assert.Equal(1, difference.SignFlips);
        Assert.Equal([1.0, -2, 0, 4], difference.Live);
        Assert.Equal([1.5, 2, 0, 3], difference.Shadow);
        Assert.Equal(4, difference.Absolute.Total());
    }

    [Theory]
    [InlineData(new long[] { 6 }, new[] { 0, 0, 0, 0, 0, 0 })]
    [InlineData(new long[] { 6, 1 }, new[] { 0, 0, 0, 0, 0, 0 })]
    [InlineData(new long[] { 3, 2 }, new[] { 0, 1, 0, 1, 0, 1 })]
    [InlineData(new long[] { 1, 2, 3 }, new[] { 0, 1, 2, 3, 4, 5 })]
    public void Add_Pairs_KnowTheirPlaceInTheRow(long[] shape, int[] columns)
    {
        var difference = Compare([1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1], shape);
        Assert.Equal(columns, difference.Columns);
        Assert.Equal([1.0, 2, 3, 4, 5, 6], difference.Live);
    }

    [Fact]
    public void Add_MoreColumnsThanAreRanked_SamplesTheFirst()
    {
        const int Columns = 100;
        var values = Enumerable.Range(0, 20 * Columns).Select(i => (float)i).ToArray();
        var difference = Compare(values, values, [20, Columns]);
        Assert.Equal(values.Length, difference.Elements);
        Assert.All(difference.Columns!, column => Assert.InRange(column, 0, OutputDifference.RankColumns - 1));
        Assert.Equal(difference.Live.Select(value => (int)value % Columns), difference.Columns);
        Assert.True(difference.Live.Max() > 256, "the sample has the beginning only");
    }

    [Fact]
    public void Add_ProbabilityVectors_CountsOtherWinners()
    {
        var difference = Compare([0.7f, 0.3f, 0.2f, 0.8f, 0.5f, 0.9f], [0.6f, 0.4f, 0.6f, 0.4f, 0.5f, 0.9f], [3, 2]);

        // The third row sums to 1.4: scores, not probabilities.
        Assert.Equal((2, 1), (difference.Rows, difference.ArgmaxDisagreements));
    }

    [Fact]
    public void Add_NaNs_AreCountedApart()
    {
        var difference = Compare([float.NaN, float.NaN, 1, float.PositiveInfinity], [float.NaN, 1, float.NaN, float.NegativeInfinity], [4]);
        Assert.Equal((3, 0.0, 0L), (difference.NonFinite, difference.AbsoluteSum, difference.Absolute.Total()));
    }

    [Fact]
    public void Add_TheLargestNumbers_StayFiniteToTheInsight()
    {
        var comparison = new OutputComparison("y");
        comparison.Add(Inference.Tensors.Tensor.Of<double>("y", [1e308, -1e308, double.MaxValue], 3), Inference.Tensors.Tensor.Of<double>("y", [-1e308, 1e308, 0], 3));
        var difference = comparison.ToDifference();
        Assert.Equal((double.MaxValue, double.MaxValue), (difference.AbsoluteSum, difference.AbsoluteMax));
        Assert.Equal((5.0, 2.0), (difference.RelativeSum, difference.RelativeMax));

        var json = System.Text.Json.JsonSerializer.Serialize(OutputInsight.Of(difference, null), ServingJson.Options);
        Assert.Contains("\"absolute\":{\"mean\":null,", json, StringComparison.Ordinal);
        Assert.InRange(OutputInsight.Of(difference, null).Absolute!.P50, 1.7e308, double.MaxValue);
    }

    [Fact]
    public void Insight_TheSameDifferenceEverywhere_HasNoQuantileAboveIt()
    {
        var insight = OutputInsight.Of(Compare([1, 2, 3, 4], [2, 3, 4, 5], [4]), null);
        Assert.Equal(new DifferenceInsight(1, 1, 1, 1, 1), insight.Absolute);
        Assert.True(insight.Relative!.P50 <= insight.Relative.P99 && insight.Relative.P99 <= insight.Relative.Max, $"{insight.Relative}");
    }

    [Fact]
    public void Add_AnotherShapeOrNoSuchOutput_IsIncomparable()
    {
        var comparison = new OutputComparison("y");
        comparison.Add(Tensor([1, 2], [2]), Tensor([1, 2], [1, 2]));
        comparison.Add(Tensor([1, 2], [2]), null);
        var difference = comparison.ToDifference();
        Assert.Equal((2, 0), (difference.Incomparable, difference.Elements));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.99)]
    public void Histogram_OfManyNumbers_HasTheirQuantilesToThreePercent(double quantile)
    {
        var random = new Random(1);
        var values = Enumerable.Range(0, 10_000).Select(_ => Math.Exp(10 * (random.NextDouble() - 0.5))).Order().ToArray();
        var counts = values.GroupBy(LogBuckets.Of).OrderBy(group => group.Key).ToArray();
        var histogram = new SparseHistogram([.. counts.Select(group => group.Key)], [.. counts.Select(group => (long)group.Count())]);
        var exact = values[(int)Math.Ceiling(quantile * values.Length) - 1];
        Assert.InRange(histogram.Quantile(quantile)!.Value / exact, 1 / 1.035, 1.035);

        var twice = histogram.Plus(histogram);
        Assert.Equal(20_000, twice.Total());
        Assert.Equal(histogram.Quantile(quantile), twice.Quantile(quantile));
        Assert.Equal(0, LogBuckets.Middle(LogBuckets.Of(0)));
    }

    private static OutputDifference Compare(float[] live, float[] shadow, long[] shape)
    {
        var comparison = new OutputComparison("y");
        comparison.Add(Tensor(live, shape), Tensor(shadow, shape));
        return comparison.ToDifference();
    }

    private static Tensor Tensor(float[] values, long[] shape) => new("y", TensorDatatype.Fp32, shape, MemoryMarshal.AsBytes<float>(values).ToArray());
}
