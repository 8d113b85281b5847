using MLOps.Silo.Training.Retraining;

namespace MLOps.Silo.Tests.Training;

public sealed class TrainingEndTests
{
    private static readonly DateTime First = new(2024, 5, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Before_RowsOfADayEach_IsTheDayOfTheRowBefore() =>
        Assert.Equal(new DateOnly(2024, 5, 7), TrainingEnd.Before([.. Enumerable.Range(0, 10).Select(day => First.AddDays(day))], 7));

    /// <summary>A training up to a day takes all of that day: the day of the first row to be judged by must not be it.</summary>
    [Theory]
    [InlineData(24, 1)]
    [InlineData(30, 1)]
    [InlineData(47, 1)]
    [InlineData(48, 2)]
    public void Before_ManyRowsADay_IsADayWithoutAnyOfTheRows(int row, int expected)
    {
        DateTime[] times = [.. Enumerable.Range(0, 72).Select(hour => First.AddHours(hour))];

        Assert.Equal(new DateOnly(2024, 5, expected), TrainingEnd.Before(times, row));
    }

    [Fact]
    public void Before_NoWholeDayIsLeft_IsNone()
    {
        Assert.Null(TrainingEnd.Before([.. Enumerable.Range(0, 24).Select(hour => First.AddHours(hour))], 20));
        Assert.Null(TrainingEnd.Before([First], 0));
        Assert.Null(TrainingEnd.Before(null, 5));
    }
}
