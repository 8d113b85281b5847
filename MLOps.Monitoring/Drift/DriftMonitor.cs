using System.Globalization;

namespace MLOps.Monitoring.Drift;

/// <summary>Groups observations into calendar months (UTC) by event time and judges each month when an observation of a later one arrives.
/// <para>Observations of a month before the open one are late: they are dropped, since a verdict is not taken back.
/// An observation with the event time and values of one in the open window is a replay and counts once, so feeding a batch twice changes nothing.
/// A month with fewer observations than <see cref="WindowJudge.MinimumCount"/> closes without a verdict.</para>
/// One stream of observations: history that is replayed beside live traffic needs a monitor of its own. Not thread-safe.</summary>
public sealed class DriftMonitor
{
    /// <summary>Most observations that one window keeps; those after are dropped. It bounds memory and stored state; a month of daily bars has 23.</summary>
    public const int MaximumCount = 2_000;

    private readonly List<(long EventTime, double[] Values)> _observations = [];
    private readonly Dictionary<long, List<double[]>> _byEventTime = [];
    private int? _month;

    /// <param name="profile">What to judge against.</param>
    /// <param name="open">The window to go on with; null: none.</param>
    public DriftMonitor(ReferenceProfile profile, OpenWindow? open = null)
        : this(new WindowJudge(profile), open)
    {
    }

    /// <param name="judge">What judges: monitors of several streams can share one.</param>
    /// <param name="open">The window to go on with; null: none.</param>
    public DriftMonitor(WindowJudge judge, OpenWindow? open = null)
    {
        Judge = judge;
        if (open is null)
        {
            return;
        }

        _month = open.Month;
        foreach (var (eventTime, values) in open.Observations)
        {
            Keep(eventTime, values);
        }
    }

    public WindowJudge Judge { get; }

    /// <summary>The window in progress, or null before the first observation.</summary>
    public OpenWindow? Open => _month is { } month ? new OpenWindow(month, [.. _observations]) : null;

    /// <summary>The name of the window in progress, for example <c>2020-03</c>; null before the first observation.</summary>
    public string? OpenName => _month is { } month ? NameOf(month) : null;

    /// <summary>Takes an observation.</summary>
    /// <param name="eventTime">Unix ms.</param>
    /// <param name="values">One per feature, in the profile's order.</param>
    /// <param name="closed">The verdict on the month that this observation closed, if it closed one and there were enough observations.</param>
    /// <exception cref="ArgumentException">Another number of values than the profile has features.</exception>
    public ObservationOutcome Observe(long eventTime, double[] values, out WindowVerdict? closed)
    {
        closed = null;
        var expected = Judge.Profile.Features.Count;
        if (values.Length != expected)
        {
            throw new ArgumentException($"The observation has {values.Length} values: expected {expected}, one per feature ({string.Join(", ", Judge.Profile.Features.Select(f => f.Name))}).", nameof(values));
        }

        if (values.Any(value => !double.IsFinite(value)))
        {
            return ObservationOutcome.NotFinite;
        }

        var month = MonthOf(eventTime);
        if (month < _month)
        {
            return ObservationOutcome.Late;
        }

        if (month > _month)
        {
            closed = JudgeOpen();
            _observations.Clear();
            _byEventTime.Clear();
        }

        _month = month;
        if (_byEventTime.TryGetValue(eventTime, out var sameTime) && sameTime.Any(known => values.AsSpan().SequenceEqual(known)))
        {
            return ObservationOutcome.Duplicate;
        }

        if (_observations.Count >= MaximumCount)
        {
            return ObservationOutcome.WindowFull;
        }

        Keep(eventTime, values);
        return ObservationOutcome.Accepted;
    }

    /// <summary>The verdict on the open window as it is now; it stays open. Null: too few observations.</summary>
    public WindowVerdict? JudgeOpen() => _month is { } month ? Judge.Judge(NameOf(month), [.. _observations.Select(o => o.Values)]) : null;

    private void Keep(long eventTime, double[] values)
    {
        _observations.Add((eventTime, values));
        if (!_byEventTime.TryGetValue(eventTime, out var sameTime))
        {
            _byEventTime[eventTime] = sameTime = [];
        }

        sameTime.Add(values);
    }

    private static int MonthOf(long eventTime)
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(eventTime);
        return (time.Year * 12) + time.Month - 1;
    }

    private static string NameOf(int month) => string.Create(CultureInfo.InvariantCulture, $"{month / 12:D4}-{(month % 12) + 1:D2}");
}
