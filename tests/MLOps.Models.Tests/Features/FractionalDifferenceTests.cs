using MLOps.Models.Features;
using MLOps.Testing;

namespace MLOps.Models.Tests.Features;

public sealed class FractionalDifferenceTests
{
    [Fact]
    public void Apply_LogOfSp500_AgreesWithTheReference()
    {
        var expected = TestSeries.Reference("signals-reference.json", "fracdiff_d0.4_thr1e-4");
        var difference = new FractionalDifference(0.4);
        var values = difference.Apply(Array.ConvertAll(TestSeries.Sp500.Close, Math.Log));

        Assert.Equal(expected.GetProperty("width").GetInt32(), difference.Width);
        Assert.All(expected.GetProperty("w1to5").Numbers().Zip(difference.Weights.Skip(1)), pair => Assert.Equal(pair.First, pair.Second, 1e-15));
        var defined = values.Where(value => !double.IsNaN(value)).ToArray();
        Assert.Equal(expected.GetProperty("n").GetInt32(), defined.Length);
        Assert.InRange(Lre.Of(defined[0], expected.GetProperty("first").GetDouble()), 10, 16);
        Assert.InRange(Lre.Of(defined[^1], expected.GetProperty("last").GetDouble()), 10, 16);
    }

    [Theory]
    [InlineData(0, new[] { 3.0, 5, 4 })]
    [InlineData(1, new[] { double.NaN, 2, -1 })]
    [InlineData(2, new[] { double.NaN, double.NaN, -3 })]
    public void Apply_AWholeOrder_IsPlainDifferencing(double order, double[] expected) =>
        Assert.Equal(expected, new FractionalDifference(order).Apply([3, 5, 4]));

    [Theory]
    [InlineData(-0.1, 1e-4)]
    [InlineData(double.NaN, 1e-4)]
    [InlineData(0.4, 0)]
    [InlineData(0.01, 1e-12)]
    public void New_OutOfRange_IsRefused(double order, double threshold) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new FractionalDifference(order, threshold));
}
