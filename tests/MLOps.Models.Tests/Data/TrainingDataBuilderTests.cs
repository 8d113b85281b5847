using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Models.Tests.Data;

public sealed class TrainingDataBuilderTests
{
    [Theory]
    [InlineData("2020-02-29", "2020-02-29T00:00:00.0000000Z")]
    [InlineData("2020-02-29 16:30", "2020-02-29T16:30:00.0000000Z")]
    [InlineData("2020-02-29T16:30:05Z", "2020-02-29T16:30:05.0000000Z")]
    [InlineData("2018-01-02 09:30:00.115000", "2018-01-02T09:30:00.1150000Z")]
    [InlineData("2020-02-29T16:30:05.5+02:00", "2020-02-29T14:30:05.5000000Z")]
    [InlineData("2020-02-29T16:30-05:00", "2020-02-29T21:30:00.0000000Z")]
    public void TimeText_Iso_IsUtc(string text, string expected)
    {
        Assert.True(TimeText.TryParse(text, out var time));
        Assert.Equal(expected, time.ToString("O"));
    }

    [Theory]
    [InlineData("2019-02-29")]
    [InlineData("29.02.2020")]
    [InlineData("2020-02-29T25:00:00Z")]
    [InlineData("199706011928")]
    [InlineData("")]
    public void TimeText_AnythingElse_IsNot(string text) => Assert.False(TimeText.TryParse(text, out _));

    [Fact]
    public void Build_MixedColumns_TimesNumbersTextsAndMissing()
    {
        var builder = new TrainingDataBuilder(["ticker", "date", "rv", "time"], [false, false, true, true]);
        builder.Add(2, ["A", "2020-01-01", "1.5", "7"]);
        builder.Add(3, ["", "2020-01-02", "", "8"]);
        var data = builder.Build();

        // 'date' comes before 'time', which is then a column like any other.
        Assert.Equal([new DateTime(2020, 1, 1), new DateTime(2020, 1, 2)], data.Times);
        Assert.Equal(["A", ""], data.Texts("ticker"));
        Assert.Equal([1.5, double.NaN], data.Numbers("rv"));
        Assert.Equal([7, 8], data.Numbers("time"));
    }

    [Theory]
    [InlineData("x", "2020-01-01", "Line 2, column 'rv' is 'x'")]
    [InlineData("∞", "2020-01-01", "Line 2, column 'rv'")]
    [InlineData("1", "1.1.2020", "Line 2, column 'date' is '1.1.2020': expected an ISO date")]
    [InlineData("1", "", "Line 2, column 'date' is ''")]
    public void Add_BadCell_NamesLineColumnAndCell(string rv, string date, string message)
    {
        var exception = Assert.Throws<ModelTrainingException>(() => new TrainingDataBuilder(["rv", "date"], [true, false]).Add(2, [rv, date]));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Add_RowOfAnotherLength_SaysTheLine() => Assert.Contains(
        "Line 9 has 1 columns: expected 2",
        Assert.Throws<ModelTrainingException>(() => new TrainingDataBuilder(["a", "b"], [true, true]).Add(9, ["1"])).Message,
        StringComparison.Ordinal);
}
