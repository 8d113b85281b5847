using MLOps.Models.Evaluation;

namespace MLOps.Models.Tests.Evaluation;

public sealed class DrawdownsTests
{
    [Fact]
    public void Of_Sp500Closes_GivesTheReferenceValues()
    {
        var drawdowns = Drawdowns.Of(TestSeries.Sp500.Close);

        Assert.Equal(0.5677538775030553, drawdowns.Maximum, 1e-14);
        Assert.Equal(new DateOnly(2007, 10, 9), TestSeries.Sp500.Dates[drawdowns.Peak]);
        Assert.Equal(new DateOnly(2009, 3, 9), TestSeries.Sp500.Dates[drawdowns.Trough]);
        Assert.Equal(0.15016452433796065, drawdowns.Mean, 1e-14);
        Assert.Equal(0.2019192355708316, drawdowns.UlcerIndex, 1e-14);
        Assert.Equal(0.0602048538711756, drawdowns.Calmar(252), 1e-14);
        Assert.Equal(0.45267253345721314, drawdowns.ConditionalAtRisk(0.95), 1e-14);
    }

    [Fact]
    public void Of_ShortSeries_GivesEveryDepth()
    {
        var drawdowns = Drawdowns.Of([100, 80, 120, 90, 60, 150]);

        double[] expected = [0, 0.2, 0, 0.25, 0.5, 0];
        Assert.All(expected.Zip(drawdowns.Depths), pair => Assert.Equal(pair.First, pair.Second, 1e-15));
        Assert.Equal((2, 4), (drawdowns.Peak, drawdowns.Trough));
        Assert.Equal(0.5, drawdowns.ConditionalAtRisk(0.9), 1e-15);
        Assert.Equal(expected.Average(), drawdowns.ConditionalAtRisk(0), 1e-15);
    }

    [Fact]
    public void Of_HighComesTwice_FallsFromTheLastOfThem() => Assert.Equal(2, Drawdowns.Of([100, 90, 100, 70]).Peak);

    [Fact]
    public void Of_SeriesThatNeverFell_HasNone()
    {
        var drawdowns = Drawdowns.Of([1, 1, 2]);
        Assert.Equal(0, drawdowns.Maximum);
        Assert.Equal(0, drawdowns.ConditionalAtRisk(0.95));
        Assert.True(double.IsNaN(drawdowns.Calmar(252)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    public void Of_ValueThatIsNotPositive_IsNamed(double value) =>
        Assert.Contains("number 1 is", Assert.Throws<ArgumentException>(() => Drawdowns.Of([1, value])).Message, StringComparison.Ordinal);
}
