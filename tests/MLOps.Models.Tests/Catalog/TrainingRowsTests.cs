using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Models.Tests.Catalog;

public sealed class TrainingRowsTests
{
    private static readonly double[] Closes = [.. Enumerable.Range(0, 200).Select(i => 100.0 + (i % 7))];

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Select_PriceThatIsNotPositive_NamesColumnAndDate(double price)
    {
        var data = TestSeries.FromCloses(Closes);
        data.Low[3] = price;
        AssertRefused(data, "The low on 2001-01-04 is");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void Select_BadVolume_NamesDate(double volume)
    {
        var data = TestSeries.FromCloses(Closes);
        data.Volume[5] = volume;
        AssertRefused(data, "The volume on 2001-01-06 is");
    }

    [Fact]
    public void Select_RepeatedDate_IsRefused()
    {
        var data = TestSeries.FromCloses(Closes);
        AssertRefused(data with { Dates = [.. data.Dates.Select((date, i) => i == 9 ? data.Dates[8] : date)] }, "Row 9");
    }

    [Fact]
    public void Select_ColumnTooShort_SaysTheLengths() =>
        AssertRefused(TestSeries.FromCloses(Closes) with { High = Closes[..50] }, "50 highs");

    [Fact]
    public void Select_TrainEndTooEarly_SaysHowManyRowsAreNeeded()
    {
        var request = new TrainingRequest(TestSeries.FromCloses(Closes), new DateOnly(2001, 1, 20), new Dictionary<string, string>());
        var exception = Assert.Throws<ModelTrainingException>(() => TrainingRows.Select(request, 100));
        Assert.Contains("20 rows are up to the end of training (2001-01-20), but at least 100", exception.Message, StringComparison.Ordinal);
    }

    private static void AssertRefused(OhlcvSeries data, string message)
    {
        var exception = Assert.Throws<ModelTrainingException>(() => TrainingRows.Select(new TrainingRequest(data, null, new Dictionary<string, string>()), 10));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }
}
