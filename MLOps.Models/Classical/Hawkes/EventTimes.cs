using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Models.Classical.Hawkes;

/// <summary>Times of events in one unit, not decreasing, and the rows that they come from.</summary>
/// <param name="Times">Seconds since the first row where they are the rows' own times, else what the column holds.</param>
/// <param name="Rows">Of each event; with ties merged, the first row of each time.</param>
internal sealed record EventTimes(double[] Times, int[] Rows)
{
    public const string Spread = "spread";
    public const string Merge = "merge";
    public const string Keep = "keep";

    /// <param name="column">Empty: the rows' own times.</param>
    /// <exception cref="ModelTrainingException">There are no times, or one comes before the one above it.</exception>
    public static EventTimes Read(TrainingData rows, string column)
    {
        var times = column.Length > 0 ? TrainingRows.Finite(rows, column) : Seconds(rows);
        for (var i = 1; i < times.Length; i++)
        {
            if (times[i] < times[i - 1])
            {
                throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"Row {i}: the event at {times[i]} comes before the one at {times[i - 1]}; sort the rows by time."));
            }
        }

        return new EventTimes(times, [.. Enumerable.Range(0, times.Length)]);
    }

    /// <summary>The clock's resolution, as far as the events show it: the smallest gap between two of them.</summary>
    /// <exception cref="ModelTrainingException">All events have one time.</exception>
    public double Resolution()
    {
        var gaps = Times.Skip(1).Zip(Times, (later, earlier) => later - earlier).Where(gap => gap > 0).ToList();
        return gaps.Count > 0 ? gaps.Min() : throw new ModelTrainingException($"All {Times.Length} events have one time; there are no gaps to learn from.");
    }

    /// <summary>Events of one time made distinct: spread evenly over the clock's resolution, merged into one, or kept.</summary>
    public EventTimes WithoutTies(string rule, double resolution)
    {
        if (rule == Keep)
        {
            return this;
        }

        var groups = Enumerable.Range(0, Times.Length).GroupBy(i => Times[i]).Select(group => group.ToArray()).ToArray();
        return rule == Merge
            ? new EventTimes([.. groups.Select(group => Times[group[0]])], [.. groups.Select(group => Rows[group[0]])])
            : this with { Times = [.. groups.SelectMany(group => group.Select((i, place) => Times[i] + (resolution * place / group.Length)))] };
    }

    /// <summary>Time from each event to the next; one fewer than events.</summary>
    public double[] Gaps() => [.. Times.Skip(1).Zip(Times, (later, earlier) => later - earlier)];

    private static double[] Seconds(TrainingData rows)
    {
        var times = rows.Times ?? throw new ModelTrainingException("The rows have no times: give a column 'time', or name the column of event times by the hyper-parameter column.");
        return [.. times.Select(time => (time - times[0]).TotalSeconds)];
    }
}
