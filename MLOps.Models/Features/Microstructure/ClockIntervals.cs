namespace MLOps.Models.Features.Microstructure;

/// <summary>Cuts rows in order of time into intervals of the clock.</summary>
internal static class ClockIntervals
{
    /// <summary>Intervals that have rows, which are [From, To); they begin at multiples of the length after midnight and none spans two days.</summary>
    public static IEnumerable<(DateTime Start, int From, int To)> Of(IReadOnlyList<DateTime> times, TimeSpan length)
    {
        var from = 0;
        for (var t = 1; t <= times.Count; t++)
        {
            if (t == times.Count || Start(times[t], length) != Start(times[from], length))
            {
                yield return (Start(times[from], length), from, t);
                from = t;
            }
        }
    }

    private static DateTime Start(DateTime time, TimeSpan length) => time.Date + (Math.Floor(time.TimeOfDay / length) * length);
}
