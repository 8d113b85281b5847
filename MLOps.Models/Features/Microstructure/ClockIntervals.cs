using MLOps.Models.Data;

namespace MLOps.Models.Features.Microstructure;

/// <summary>Cuts rows in order of time into intervals of the clock.</summary>
internal static class ClockIntervals
{
    /// <summary>Intervals that have rows, which are [From, To); they begin at multiples of the length after midnight and none spans two days.</summary>
    public static IEnumerable<(DateTime Start, int From, int To)> Of(IReadOnlyList<DateTime> times, TimeSpan length) => Of(times, new RowRange(0, times.Count), length);

    /// <summary>The same of some of the rows.</summary>
    public static IEnumerable<(DateTime Start, int From, int To)> Of(IReadOnlyList<DateTime> times, RowRange rows, TimeSpan length)
    {
        var from = rows.From;
        for (var t = from + 1; t <= rows.To; t++)
        {
            if (t == rows.To || Start(times[t], length) != Start(times[from], length))
            {
                yield return (Start(times[from], length), from, t);
                from = t;
            }
        }
    }

    private static DateTime Start(DateTime time, TimeSpan length) => time.Date + (Math.Floor(time.TimeOfDay / length) * length);
}
