using MLOps.Models.Data;

namespace MLOps.Models.Tests.Data;

public sealed class TimeTextTests
{
    [Theory]
    [InlineData("2020-02-29", "2020-02-29T00:00:00.0000000Z")]
    [InlineData("2020-02-29 16:30", "2020-02-29T16:30:00.0000000Z")]
    [InlineData("2020-02-29T16:30:05Z", "2020-02-29T16:30:05.0000000Z")]
    [InlineData("2018-01-02 09:30:00.115000", "2018-01-02T09:30:00.1150000Z")]
    [InlineData("2020-02-29T16:30:05.5+02:00", "2020-02-29T14:30:05.5000000Z")]
    [InlineData("2020-02-29T16:30-05:00", "2020-02-29T21:30:00.0000000Z")]
    public void TryParse_Iso_IsUtc(string text, string expected)
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
    public void TryParse_AnythingElse_IsNot(string text) => Assert.False(TimeText.TryParse(text, out _));

    [Theory]
    [InlineData(1, "time", "date")]
    [InlineData(1, "x", "time")]
    [InlineData(-1, "Date", "timestamp")]
    public void ColumnOf_Names_FindsDateBeforeTime(int expected, string first, string second) => Assert.Equal(expected, TimeText.ColumnOf([first, second]));
}
