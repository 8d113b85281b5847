using Microsoft.Data.Sqlite;
using MLOps.Tracking.Search;

namespace MLOps.Tracking.Storage;

/// <summary>What PostgreSQL has and SQLite is given: regular expressions and percentiles.</summary>
internal static class SqliteFunctions
{
    public static void Register(SqliteConnection connection)
    {
        var last = (Pattern: (string?)null, Regex: (System.Text.RegularExpressions.Regex?)null);
        connection.CreateFunction(
            "regexp",
            (string? pattern, string? text) =>
            {
                if (pattern is null || text is null)
                {
                    return false;
                }

                if (last.Pattern != pattern)
                {
                    last = (pattern, SearchPattern.Parse(pattern));
                }

                return last.Regex!.IsMatch(text);
            },
            isDeterministic: true);
        connection.CreateAggregate(
            "percentile",
            // The seed is shared by all groups: each makes a list of its own.
            (Values: (List<double>?)null, Percent: 0.0),
            ((List<double>? Values, double Percent) seen, double? value, double percent) =>
            {
                var values = seen.Values ?? [];
                if (value is { } number)
                {
                    values.Add(number);
                }

                return (values, percent);
            },
            seen => seen.Values is null ? null : Percentile(seen.Values, seen.Percent),
            isDeterministic: true);
    }

    /// <summary>Between the two values nearest to the place, in proportion.</summary>
    private static double? Percentile(List<double> values, double percent)
    {
        if (values.Count == 0)
        {
            return null;
        }

        values.Sort();
        var place = percent / 100 * (values.Count - 1);
        var below = (int)Math.Floor(place);
        var above = Math.Min(below + 1, values.Count - 1);
        return values[below] + ((place - below) * (values[above] - values[below]));
    }
}
