using MLOps.Monitoring.Drift;

namespace MLOps.Monitoring.Tests.Drift;

public class DriftMonitorTests
{
    private readonly DriftMonitor _monitor = new(Sp500.Profile);

    [Fact]
    public void Observe_LaterMonth_ClosesTheWindowBefore()
    {
        Feed(2018, 3);

        _monitor.Observe(Sp500.EventTime(new DateOnly(2018, 4, 2)), Row(2018, 4, 0), out var closed);

        Assert.NotNull(closed);
        Assert.Equal("2018-03", closed.Window);
        Assert.Equal(21, closed.Count);
        Assert.Equal(5, closed.Features.Count);
        Assert.Equal(closed.Statistic, closed.Worst.Normalised);
    }

    [Fact]
    public void Observe_EarlierMonth_IsLateAndChangesNothing()
    {
        Feed(2018, 3);
        var before = _monitor.JudgeOpen();

        Assert.Equal(ObservationOutcome.Late, _monitor.Observe(Sp500.EventTime(new DateOnly(2018, 2, 28)), [1, 1, 1, 1, 1], out var closed));

        Assert.Null(closed);
        Assert.Equal(before!.Statistic, _monitor.JudgeOpen()!.Statistic);
    }

    [Fact]
    public void Observe_SameMonthTwice_CountsOnce()
    {
        Feed(2018, 3);

        foreach (var (date, values) in Month(2018, 3))
        {
            Assert.Equal(ObservationOutcome.Duplicate, _monitor.Observe(Sp500.EventTime(date), [.. values], out _));
        }

        Assert.Equal(21, _monitor.JudgeOpen()!.Count);
    }

    [Fact]
    public void Observe_NotFinite_IsDropped()
    {
        Assert.Equal(ObservationOutcome.NotFinite, _monitor.Observe(0, [1, 2, double.NaN, 4, 5], out _));
        Assert.Null(_monitor.Open);
    }

    [Fact]
    public void Observe_WrongWidth_NamesTheFeatures()
    {
        var error = Assert.Throws<ArgumentException>(() => _monitor.Observe(0, [1, 2], out _));

        Assert.Contains("2 values: expected 5", error.Message, StringComparison.Ordinal);
        Assert.Contains("volume_change", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void JudgeOpen_FewerThanHalfABlock_HasNoVerdict()
    {
        var days = Month(2018, 3);
        foreach (var (date, values) in days[..10])
        {
            _monitor.Observe(Sp500.EventTime(date), values, out _);
        }

        Assert.Equal(11, _monitor.Judge.MinimumCount);
        Assert.Null(_monitor.JudgeOpen());

        _monitor.Observe(Sp500.EventTime(days[10].Date), days[10].Values, out _);

        Assert.Equal(11, _monitor.JudgeOpen()!.Count);
    }

    [Fact]
    public void Observe_FullWindow_DropsTheRest()
    {
        for (var i = 0; i < DriftMonitor.MaximumCount; i++)
        {
            Assert.Equal(ObservationOutcome.Accepted, _monitor.Observe(i, [i, 1, 1, 1, 1], out _));
        }

        Assert.Equal(ObservationOutcome.WindowFull, _monitor.Observe(0, [-1, 1, 1, 1, 1], out _));
    }

    [Fact]
    public void Open_GivenToANewMonitor_GoesOnWhereItWas()
    {
        var days = Month(2020, 3);
        foreach (var (date, values) in days[..15])
        {
            _monitor.Observe(Sp500.EventTime(date), values, out _);
        }

        var resumed = new DriftMonitor(Sp500.Profile, _monitor.Open);
        foreach (var (date, values) in days)
        {
            resumed.Observe(Sp500.EventTime(date), values, out _);
        }

        Assert.Equal(22, resumed.JudgeOpen()!.Count);
        Assert.True(resumed.JudgeOpen()!.Drifted);
    }

    private static (DateOnly Date, double[] Values)[] Month(int year, int month) =>
        [.. Sp500.Rows.Where(row => row.Date.Year == year && row.Date.Month == month)];

    private static double[] Row(int year, int month, int index) => Month(year, month)[index].Values;

    private void Feed(int year, int month)
    {
        foreach (var (date, values) in Month(year, month))
        {
            Assert.Equal(ObservationOutcome.Accepted, _monitor.Observe(Sp500.EventTime(date), values, out _));
        }
    }
}
