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
    public void FromBars_ColumnTooShort_SaysTheLengths()
    {
        var exception = Assert.Throws<ArgumentException>(() => TrainingData.FromBars(TestSeries.FromCloses(Closes) with { High = Closes[..50] }));
        Assert.Contains("Column 'high' has 50 rows, but the data has 200", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SelectTable_TimeGoesBack_NamesTheRow()
    {
        var data = new TrainingData([new(2020, 1, 2), new(2020, 1, 3), new(2020, 1, 1)], [DataColumn.Of("rv", [1.0, 2.0, 3.0])]);
        var exception = Assert.Throws<ModelTrainingException>(() => TrainingRows.SelectTable(new TrainingRequest(data, null, new Dictionary<string, string>()), 1));
        Assert.Contains("Row 2", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SelectTable_TrainEndWithoutTimes_IsRefused()
    {
        var data = new TrainingData(null, [DataColumn.Of("rv", [1.0, 2.0, 3.0])]);
        var exception = Assert.Throws<ModelTrainingException>(() => TrainingRows.SelectTable(new TrainingRequest(data, new DateOnly(2020, 1, 1), new Dictionary<string, string>()), 1));
        Assert.Contains("no times", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Finite_MissingColumn_NamesThoseThatThereAre()
    {
        var data = new TrainingData(null, [DataColumn.Of("rv", [1.0, double.NaN]), DataColumn.Of("ticker", ["A", "B"])]);
        Assert.Contains("it has rv", Assert.Throws<ModelTrainingException>(() => TrainingRows.Finite(data, "ticker")).Message, StringComparison.Ordinal);
        Assert.Contains("Row 1, column 'rv'", Assert.Throws<ModelTrainingException>(() => TrainingRows.Finite(data, "rv")).Message, StringComparison.Ordinal);
    }

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
